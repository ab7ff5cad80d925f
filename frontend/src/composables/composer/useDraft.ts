import { useLocalStorage } from "@vueuse/core";
import { computed } from "vue";

/** The unsent text of a room, kept in the browser; an empty one takes no place there. */
export function useDraft(userId: string, roomId: string) {
  const stored = useLocalStorage<string | null>(`chat.${userId}.draft.${roomId}`, null, { writeDefaults: false });
  return computed({
    get: () => stored.value ?? "",
    set: (text) => (stored.value = text === "" ? null : text),
  });
}
