import { nextTick, ref, shallowRef, type Ref } from "vue";
import { isComposing } from "@/composables/page/keys";
import type { CompletionSource, Offer } from "@/conversation/completion";

/**
 * Complete the word that is being written in a message field.
 *
 * `text` is what the field holds. The first of the sources that knows the word has it.
 */
export function useCompletion(field: Ref<HTMLTextAreaElement | null>, text: Ref<string>, sources: readonly CompletionSource[]) {
  const offered = shallowRef<readonly Offer[]>([]);
  const kind = ref<CompletionSource["name"]>("people");
  const active = ref(0);
  let start = 0;
  /** What stood before the caret when that was looked for which is offered. */
  let looked = "";

  async function look(): Promise<void> {
    const before = beforeCaret();
    for (const source of sources) {
      const completion = source.complete(before);
      if (!completion) continue;
      const { start: begin, offers, instead } = await completion;
      // Written on, meanwhile: that has looked for itself.
      if (beforeCaret() !== before) return;
      [start, looked, active.value, kind.value, offered.value] = [begin, before, 0, source.name, offers];
      if (instead !== undefined) await put(instead);
      return;
    }
    close();
  }

  function beforeCaret(): string {
    const element = field.value;
    return element && element.selectionStart === element.selectionEnd ? element.value.slice(0, element.selectionStart) : "";
  }

  /** Whether the caret is still in the word that was looked for; it moves without a word by keys and clicks. */
  function isInWord(): boolean {
    const before = beforeCaret();
    if (before.startsWith(looked)) return !/\s/u.test(before.slice(looked.length));
    return looked.startsWith(before) && before.length > start;
  }

  function close(): void {
    offered.value = [];
  }

  async function take(index: number): Promise<void> {
    if (!isInWord()) return close();
    const chosen = offered.value[index];
    if (chosen) await put(`${chosen.text} `);
  }

  /** Instead of the word, up to the caret. */
  async function put(replacement: string): Promise<void> {
    const element = field.value;
    if (!element) return;
    close();
    text.value = text.value.slice(0, start) + replacement + text.value.slice(element.selectionStart);
    await nextTick();
    element.focus();
    element.setSelectionRange(start + replacement.length, start + replacement.length);
  }

  /** @returns whether the key was for what is offered, and not for the field */
  function onKeydown(event: KeyboardEvent): boolean {
    if (offered.value.length > 0 && !isInWord()) close();
    if (offered.value.length === 0 || isComposing(event) || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
    const count = offered.value.length;
    if (event.key === "ArrowDown") active.value = (active.value + 1) % count;
    else if (event.key === "ArrowUp") active.value = (active.value + count - 1) % count;
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") void take(active.value);
    else return false;
    event.preventDefault();
    return true;
  }

  return { offered, kind, active, look, close, take, onKeydown };
}
