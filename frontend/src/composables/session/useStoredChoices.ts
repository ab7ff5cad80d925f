import { useEventListener } from "@vueuse/core";
import { watch } from "vue";
import { isNotifyLevel, type NotifyLevel } from "@/conversation/notifyLevel";
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

function textOf({ favourites, markedUnread, levels }: RoomChoices): string {
  return JSON.stringify({ favourites: [...favourites], markedUnread: [...markedUnread], levels: [...levels] });
}

/** What is stored; nothing where it is something else. */
function choicesIn(text: string | null): RoomChoices {
  const stored = parsed(text);
  return { favourites: roomsIn(stored["favourites"]), markedUnread: roomsIn(stored["markedUnread"]), levels: levelsIn(stored["levels"]) };
}

function roomsIn(value: unknown): Set<string> {
  return new Set(listed(value).filter((item): item is string => typeof item === "string" && isRoomId(item)));
}

function levelsIn(value: unknown): Map<string, NotifyLevel> {
  const pairs = listed(value).filter((item): item is [string, NotifyLevel] => {
    const [roomId, level] = listed(item);
    return typeof roomId === "string" && isRoomId(roomId) && isNotifyLevel(level);
  });
  return new Map(pairs);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
