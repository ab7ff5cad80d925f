import { useEventListener } from "@vueuse/core";
import { watch } from "vue";
import { isRoomId } from "@/protocol/frames";
import { useRoomChoicesStore, type RoomChoices } from "@/stores/roomChoices";
import { userKey } from "@/tabs/userKeys";

/** Keep what a user has chosen for single rooms in the browser, the same in all tabs. */
export function useStoredChoices(userId: string): void {
  const choices = useRoomChoicesStore();
  const key = userKey(userId, "roomChoices");
  const read = () => choices.replace(choicesIn(localStorage.getItem(key)));

  read();
  useEventListener(window, "storage", (event) => event.key === key && read());
  watch(
    () => textOf(choices),
    (text) => {
      try {
        if (text !== localStorage.getItem(key)) localStorage.setItem(key, text);
      } catch {
        // Full, or refused: the choices live as long as the tab.
      }
    },
    { flush: "sync" },
  );
}

function textOf({ favourites, muted, markedUnread }: RoomChoices): string {
  return JSON.stringify({ favourites: [...favourites], muted: [...muted], markedUnread: [...markedUnread] });
}

/** What is stored; nothing where it is something else. */
function choicesIn(text: string | null): RoomChoices {
  const stored = parsed(text);
  const roomsIn = (value: unknown) => new Set((Array.isArray(value) ? value : []).filter((item): item is string => typeof item === "string" && isRoomId(item)));
  return { favourites: roomsIn(stored["favourites"]), muted: roomsIn(stored["muted"]), markedUnread: roomsIn(stored["markedUnread"]) };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
