/**
 * Rooms in the page's address: `#/rooms/<roomId>`, a message in one: `#/rooms/<roomId>/m/<sortKey>`, and invitations to one:
 * `#/invite/<code>`. Whatever stands there, the answer is a page.
 */
import { isRoomId } from "@/protocol/frames";

const PREFIX = "#/rooms/";
const MESSAGE = /^([^/]+)\/m\/(\d{13}#[0-9A-Za-z-]{1,64})$/;
const INVITE = /^#\/invite\/([A-Za-z0-9_-]{22})$/;
/** Of what was asked for, so much is shown. */
const SHOWN_CHARACTERS = 80;

export type RoomLink =
  | { readonly kind: "room"; readonly roomId: string }
  | { readonly kind: "message"; readonly roomId: string; readonly sortKey: string }
  | { readonly kind: "invite"; readonly code: string }
  /** No room can be named so; `asked` is its start, to be shown. */
  | { readonly kind: "invalid"; readonly asked: string }
  /** The address names no room. */
  | { readonly kind: "none" };

export function roomHash(roomId: string): string {
  return PREFIX + roomId;
}

/** A link to one message; the `#` in its sort key would end the address. */
export function messageHash(roomId: string, sortKey: string): string {
  return `${roomHash(roomId)}/m/${encodeURIComponent(sortKey)}`;
}

export function inviteHash(code: string): string {
  return `#/invite/${code}`;
}

export function roomLink(hash: string): RoomLink {
  if (hash === "" || hash === "#" || hash === "#/") return { kind: "none" };
  const code = INVITE.exec(hash)?.[1];
  if (code !== undefined) return { kind: "invite", code };
  const asked = decoded(hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : hash.slice(1));
  if (hash.startsWith(PREFIX) && isRoomId(asked)) return { kind: "room", roomId: asked };
  const [, roomId = "", sortKey = ""] = (hash.startsWith(PREFIX) && MESSAGE.exec(asked)) || [];
  if (isRoomId(roomId)) return { kind: "message", roomId, sortKey };
  return { kind: "invalid", asked: Array.from(asked.slice(0, 2 * SHOWN_CHARACTERS)).slice(0, SHOWN_CHARACTERS).join("") };
}

/** The one among `known` that differs from `roomId` in nothing but upper and lower case. */
export function sameButForCase(roomId: string, known: readonly string[]): string | undefined {
  if (known.includes(roomId)) return undefined;
  return known.find((other) => other.toLowerCase() === roomId.toLowerCase());
}

/** A broken escape stays as it is: it is shown, not followed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
