import { ref, type Ref } from "vue";
import { CONTENT_LIMIT } from "@/protocol/frames";

/**
 * More than the message field ever holds, in UTF-16 units: five times a message, so that one too long can still be cut.
 *
 * A browser lays the whole text out anew at each key: with a megabyte in one line that took 5.6 s.
 */
export const FIELD_LIMIT = 5 * CONTENT_LIMIT;

/** Keeps what is pasted or dropped into a field to an amount that can be edited; more is refused, nothing is cut. */
export function useInsertLimit(): { refused: Ref<number | null>; fits: (event: Event) => void } {
  /** How much was refused last; null once something else was done. */
  const refused = ref<number | null>(null);

  function fits(event: Event): void {
    const { data, dataTransfer, target } = event as InputEvent;
    const field = target as HTMLTextAreaElement;
    const inserted = (data ?? dataTransfer?.getData("text/plain") ?? "").length;
    const kept = field.value.length - (field.selectionEnd - field.selectionStart);
    const tooMuch = inserted > 0 && kept + inserted > FIELD_LIMIT;
    if (tooMuch) event.preventDefault();
    refused.value = tooMuch ? inserted : null;
  }

  return { refused, fits };
}
