import { nextTick, ref, shallowRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { closedName, emojiNamed, emojiOf, openName, type NamedEmoji, type OpenName } from "@/conversation/emojiNames";
import type { Locale } from "@/i18n";
import { emojiIn } from "./emojiData";

/** More would hide the conversation. */
const MOST = 8;

/**
 * Complete the emoji's name that is being written in a message field: `:ta` offers 🎉, `:tada:` becomes it.
 *
 * `text` is what the field holds.
 */
export function useEmojiCompletion(field: Ref<HTMLTextAreaElement | null>, text: Ref<string>) {
  const { locale } = useI18n();
  const offered = shallowRef<readonly NamedEmoji[]>([]);
  const active = ref(0);
  let open: OpenName | null = null;

  async function look(): Promise<void> {
    const before = beforeCaret();
    const closed = closedName(before);
    open = openName(before);
    if (!closed && !open) return close();
    const emoji = await emojiIn(locale.value as Locale);
    // Written on, meanwhile: that has looked for itself.
    if (beforeCaret() !== before) return;
    active.value = 0;
    offered.value = open ? emojiNamed(open.name, emoji, MOST) : [];
    const meant = closed && emojiOf(closed.name, emoji);
    if (closed && meant) await put(closed.start, meant.emoji);
  }

  function beforeCaret(): string {
    const element = field.value;
    return element && element.selectionStart === element.selectionEnd ? element.value.slice(0, element.selectionStart) : "";
  }

  function close(): void {
    offered.value = [];
    open = null;
  }

  async function take(index: number): Promise<void> {
    const chosen = offered.value[index];
    if (chosen && open) await put(open.start, `${chosen.emoji} `);
  }

  /** Instead of the name, up to the caret. */
  async function put(start: number, replacement: string): Promise<void> {
    const element = field.value;
    if (!element) return;
    close();
    text.value = text.value.slice(0, start) + replacement + text.value.slice(element.selectionStart);
    await nextTick();
    element.focus();
    element.setSelectionRange(start + replacement.length, start + replacement.length);
  }

  /** @returns whether the key was for the offered emoji, and not for the field */
  function onKeydown(event: KeyboardEvent): boolean {
    if (offered.value.length === 0 || event.isComposing || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
    const count = offered.value.length;
    if (event.key === "ArrowDown") active.value = (active.value + 1) % count;
    else if (event.key === "ArrowUp") active.value = (active.value + count - 1) % count;
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") void take(active.value);
    else return false;
    event.preventDefault();
    return true;
  }

  return { offered, active, look, close, take, onKeydown };
}
