import { defineStore } from "pinia";
import { shallowReactive } from "vue";

/** What is written in this tab and not sent, by room. */
export const useDraftsStore = defineStore("drafts", () => {
  const texts = shallowReactive(new Map<string, string>());

  function textOf(roomId: string): string {
    return texts.get(roomId) ?? "";
  }

  function write(roomId: string, text: string): void {
    if (text === "") texts.delete(roomId);
    else texts.set(roomId, text);
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    texts.clear();
  }

  return { texts, textOf, write, clear };
});
