/** Joined rooms and read positions as they lie in the browser's storage, shared by all tabs. All functions are pure. */
import { isRoomId } from "@/protocol/frames";
import { jsonIn } from "./json";

/** The stored rooms, of which one that no room can be named takes no other with it; null where there are none, or something else. */
export function readRooms(text: string | null): string[] | null {
  const value = jsonIn(text);
  const rooms = Array.isArray(value) ? value.filter((item): item is string => typeof item === "string" && isRoomId(item)) : [];
  return rooms.length > 0 ? [...new Set(rooms)] : null;
}

/** `stored` with what this tab has changed from `before` to `now`. */
export function roomsAfter(stored: readonly string[], before: readonly string[], now: readonly string[]): string[] {
  const left = new Set(before.filter((roomId) => !now.includes(roomId)));
  const kept = stored.filter((roomId) => !left.has(roomId));
  const joined = now.filter((roomId) => !before.includes(roomId) && !kept.includes(roomId));
  const rooms = new Set([...kept, ...joined]);
  return rooms.size > 0 ? [...now.filter((roomId) => rooms.has(roomId)), ...kept.filter((roomId) => !now.includes(roomId))] : [...now];
}

/** Sort key of the last message read, by room. Any name may be a key, `constructor` too. */
export function readPositions(text: string | null): Map<string, string> {
  const value = jsonIn(text);
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Of each room the later of both. */
export function newerOf(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): Map<string, string> {
  const newer = new Map(one);
  for (const [roomId, sortKey] of other) if (sortKey >= (newer.get(roomId) ?? "")) newer.set(roomId, sortKey);
  return newer;
}
