/** The directory, new rooms and invitations of the back end in memory (mock-server.ts). Nobody is refused anything. */
import { randomBytes } from "node:crypto";
import type { ListedRoom, Room } from "../src/protocol/roomFrames.ts";

const TOPICS: Record<string, [title: string, topic: string, online: number]> = {
  ops: ["Operations", "What runs, what does not, and who looks at it", 7],
  "town-hall": ["Town hall", "Everybody, every Thursday at four", 500],
  "book-club": ["Book club", "This month: “The Dispossessed”. Spoilers from chapter nine on are fine by now.", 3],
  "design-review": ["Design review", "", 0],
  "rtl-club": ["نادي القراءة", "كتاب واحد كل شهر", 2],
};
const rooms = new Map<string, Room>(
  Object.entries(TOPICS).map(([roomId, [title, topic]]) => [roomId, { roomId, kind: "public", title, topic, createdAt: 0 }]),
);
/** By user: the rooms they made or were invited to. */
const owned = new Map<string, string[]>();
/** By user and room. */
const choices = new Map<string, Map<string, Chosen>>();

interface Chosen {
  favourite?: boolean;
  markedUnread?: boolean;
}

interface Asked extends Chosen {
  roomId?: string;
  kind?: string;
  title?: string;
  topic?: string;
  query?: string;
}

/** The reply to a frame about rooms and members; null if the frame is of another kind. */
export function answerRooms(action: string, asked: Asked, sender: { userId: string; username: string }): object | null {
  if (action === "listRooms") return { type: "rooms", data: { rooms: found(asked.query ?? ""), nextCursor: null } };
  if (action === "myRooms") return { type: "memberships", data: { memberships: ofUser(sender), nextCursor: null } };
  if (action === "createRoom") return { type: "room", data: create(asked, sender.userId) };
  if (action === "listBlocked") return { type: "blocked", data: { blocked: [], nextCursor: null } };
  if (action === "setChoices") return choose(asked, sender.userId);
  if (action !== "createInvite") return null;
  const expiresAt = Date.now() + 24 * 60 * 60 * 1_000;
  return { type: "invite", data: { code: randomBytes(16).toString("base64url"), roomId: asked.roomId, expiresAt, uses: 10 } };
}

function found(query: string): ListedRoom[] {
  return [...rooms.values()]
    .filter(({ kind, title, topic }) => kind === "public" && `${title} ${topic}`.toLowerCase().includes(query.toLowerCase()))
    .map((room) => ({ ...room, online: TOPICS[room.roomId]?.[2] ?? 1, more: false, lastActivityAt: null }));
}

function create({ roomId, kind, title = "", topic = "" }: Asked, userId: string): Room {
  const isPrivate = kind === "private" || roomId === undefined;
  const id = isPrivate ? `~p${randomBytes(16).toString("hex")}` : roomId;
  const room: Room = { roomId: id, kind: isPrivate ? "private" : "public", title, topic, createdAt: Date.now() };
  rooms.set(id, room);
  owned.set(userId, [...(owned.get(userId) ?? []), id]);
  return room;
}

function choose({ roomId = "", favourite = false, markedUnread = false }: Asked, userId: string): object {
  const own = choices.get(userId) ?? new Map<string, Chosen>();
  choices.set(userId, own.set(roomId, { favourite, markedUnread }));
  return { type: "ack" };
}

function ofUser({ userId, username }: { userId: string; username: string }): object[] {
  const [own, chosen] = [owned.get(userId) ?? [], choices.get(userId)];
  return [...new Set([...own, ...(chosen?.keys() ?? [])])].map((roomId) => ({
    roomId,
    userId,
    username,
    role: own.includes(roomId) ? "owner" : "none",
    ...chosen?.get(roomId),
    joinedAt: rooms.get(roomId)?.createdAt ?? 0,
    mutedUntil: null,
    bannedUntil: null,
    lastRead: null,
    notify: "all",
    room: rooms.get(roomId) ?? null,
  }));
}
