/** Joined rooms and read positions as they lie in the browser's storage, shared by all tabs. All functions are pure. */
import { isRoomId } from "@/protocol/frames";

/** The stored rooms; null where there are none, or something else. */
export function readRooms(text: string | null): string[] | null {
  const value = parse(text);
  const valid = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string" && isRoomId(item));
  return valid ? [...new Set<string>(value)] : null;
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
  const value = parse(text);
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** Of each room the later of both. */
export function newerOf(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): Map<string, string> {
  const newer = new Map(one);
  for (const [roomId, sortKey] of other) if (sortKey >= (newer.get(roomId) ?? "")) newer.set(roomId, sortKey);
  return newer;
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
