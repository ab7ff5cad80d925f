import { codePoints } from "@/conversation/codePoints";
import { isComposing } from "./keys";

/** What is fetched is drawn, and has the focus, within a frame; if not, it was not to be opened any more. */
const DRAWN_WITHIN_MS = 1_000;
/** They would send, delete or move to what is below. */
const HELD_KEYS = /^(Enter|Tab|Delete|Backspace|Arrow(Up|Down|Left|Right))$/;

/**
 * Hold what is typed from now on until `fetched`, a dialog, is there and one of its fields has the focus: then it is written there.
 *
 * Whoever taps elsewhere or presses Escape gives it up. What an input method composes is the browser's, and cannot be held.
 *
 * @returns what `fetched` resolves to
 */
export async function typedAhead<T>(fetched: Promise<T>): Promise<T> {
  const over = new AbortController();
  const options = { capture: true, signal: over.signal };
  const end = (): void => over.abort();
  let typed = "";

  function onKeydown(event: KeyboardEvent): void {
    if (event.key === "Escape") return end();
    if (isComposing(event) || !isHeld(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Backspace") typed = [...typed].slice(0, -1).join("");
    else if (isCharacter(event)) typed += event.key;
  }

  /** A microtask later: a dialog selects what is in a field after it has given it the focus. */
  function onFocusin({ target }: FocusEvent): void {
    if ((target as Element).closest("[role=dialog][data-state=open]")) queueMicrotask(() => (end(), write(typed)));
  }

  window.addEventListener("keydown", onKeydown, options);
  window.addEventListener("focusin", onFocusin, options);
  window.addEventListener("pointerdown", end, options);
  try {
    const dialog = await fetched;
    setTimeout(end, DRAWN_WITHIN_MS);
    return dialog;
  } catch (error) {
    end();
    throw error;
  }
}

function isHeld(event: KeyboardEvent): boolean {
  return isCharacter(event) || (HELD_KEYS.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey);
}

/** Whether it writes something; with AltGr, browsers tell of Ctrl and Alt, too. */
function isCharacter(event: KeyboardEvent): boolean {
  const commands = (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");
  return codePoints(event.key) === 1 && !commands;
}

/** As if it were typed into the field that has the focus; nowhere, if none has. */
function write(text: string): void {
  const field = document.activeElement;
  if (text === "" || !(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) || field.selectionStart === null) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd ?? field.selectionStart, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}
