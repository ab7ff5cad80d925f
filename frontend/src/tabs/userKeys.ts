/** What a user's things are called in the browser, in its storage and among its locks: no two users share a name. */
import { isRoomId } from "@/protocol/frames";

/** Rooms, read positions and the choice of notifications: one each of a user, whichever tab. */
const KINDS = ["rooms", "lastRead", "notifications"];
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const OF_A_TAB = new RegExp(`^tab\\.${UUID}\\.(?:outbox|draft\\..+)$`);
/** The name of a tab before there were names of tabs; none holds its lock, so the next one inherits. */
const OLD_TAB = "old";

/** The name of one of a user's things; `kind` says which. */
export function userKey(userId: string, kind: string): string {
  return `chat.${pieceOf(userId)}.${kind}`;
}

/**
 * Rename what earlier versions kept of a user: under the plain name, in which a dot may stand for a user's or for the end
 * of it; and an outbox and drafts that no tab was named in. What may be another user's stays where it is.
 */
export function renameOldKeys(storage: Storage, userId: string): void {
  const start = `chat.${userId}.`;
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  for (const old of keys.filter((key) => key.startsWith(start))) {
    const kind = kindOf(old.slice(start.length));
    if (kind !== null) rename(storage, old, userKey(userId, kind));
  }
}

/** Remove whatever the browser keeps of a user. */
export function forgetUser(storage: Storage, userId: string): void {
  const start = userKey(userId, "");
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  for (const key of keys.filter((each) => each.startsWith(start))) storage.removeItem(key);
}

/** What an old name means today; null where it may not be this user's. */
function kindOf(old: string): string | null {
  if (KINDS.includes(old) || OF_A_TAB.test(old)) return old;
  const [owner = "", rest = ""] = [old.slice(0, old.indexOf(".")), old.slice(old.indexOf(".") + 1)];
  if (owner === "outbox" && new RegExp(`^${UUID}$`).test(rest)) return `tab.${rest}.outbox`;
  // The rooms of a user named "x.draft" had the name of what "x" writes in the room "rooms".
  if (owner === "draft" && isRoomId(rest) && !KINDS.includes(rest)) return `tab.${OLD_TAB}.draft.${rest}`;
  return null;
}

function rename(storage: Storage, old: string, name: string): void {
  const text = storage.getItem(old);
  if (text === null || name === old) return;
  try {
    if (storage.getItem(name) === null) storage.setItem(name, text);
    storage.removeItem(old);
  } catch {
    // Full: it stays under its old name until there is room.
  }
}

/** Any text without a dot, and no two alike; what most users are named stays as it is. */
function pieceOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, (character) => `%${(character.codePointAt(0) ?? 0).toString(16)};`);
}
