/** The rooms that were left in this browser, so that the account's list does not bring them back. */
import { readRooms } from "./sharedRooms";

export interface LeftRooms {
  has(roomId: string): boolean;
  /** The joined rooms have changed from `before` to `now`. */
  note(before: readonly string[], now: readonly string[]): void;
  /** Know only those any longer. */
  keep(isKept: (roomId: string) => boolean): void;
}

export function leftRooms(storage: Storage, key: string): LeftRooms {
  const stored = () => readRooms(storage.getItem(key)) ?? [];
  const store = (left: readonly string[]) => {
    try {
      storage.setItem(key, JSON.stringify(left));
    } catch {
      // Full: the room comes back with the next connection, which is no harm.
    }
  };
  return {
    has: (roomId) => stored().includes(roomId),
    note(before, now) {
      const left = new Set([...stored(), ...before].filter((roomId) => !now.includes(roomId)));
      store([...left]);
    },
    keep: (isKept) => store(stored().filter(isKept)),
  };
}
