import { isNotifyLevel, type NotifyLevel } from "@/conversation/notifyLevel";
import { isRoomId } from "@/protocol/frames";
import { useRoomChoicesStore, type RoomChoices } from "@/stores/roomChoices";
import { userKey } from "@/tabs/userKeys";
import { useStored } from "./useStored";

/** Keep what a user has chosen for single rooms in the browser, the same in all tabs. */
export function useStoredChoices(userId: string): void {
  const choices = useRoomChoicesStore();
  useStored(userKey(userId, "roomChoices"), { read: (stored) => choices.replace(choicesIn(stored)), write: () => written(choices) });
}

function written({ favourites, markedUnread, levels, untold }: RoomChoices) {
  return { favourites: [...favourites], markedUnread: [...markedUnread], levels: [...levels], untold: [...untold] };
}

/** What is stored; nothing where it is something else. */
function choicesIn(value: unknown): RoomChoices {
  const stored = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const [favourites, markedUnread] = [roomsIn(stored["favourites"]), roomsIn(stored["markedUnread"])];
  // Earlier versions kept them for themselves: none was told.
  const untold = stored["untold"] === undefined ? new Set([...favourites, ...markedUnread]) : roomsIn(stored["untold"]);
  return { favourites, markedUnread, levels: levelsIn(stored["levels"]), untold };
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
