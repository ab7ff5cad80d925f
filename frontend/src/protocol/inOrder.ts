/** What sets one thing goes one after the other: of two frames on their way at once, the server may take either last. */
import type { Action, Actions } from "./frames";

type Ordered = <A extends Action, T>(action: A, data: Actions[A], work: () => Promise<T>) => Promise<T>;

/** By action, what it sets: one's own standing in a room, a room, a member, a message, one's profile, what one wants of a user; null if that is nothing, or something new. */
const SETS: Record<Action, "standing" | "room" | "member" | "message" | "profile" | "user" | null> = {
  setNotify: "standing",
  setChoices: "standing",
  // It ends that the room is marked as unread.
  markRead: "standing",
  updateRoom: "room",
  inviteMember: "member",
  removeMember: "member",
  muteMember: "member",
  banMember: "member",
  unban: "member",
  setRole: "member",
  editMessage: "message",
  deleteMessage: "message",
  react: "message",
  pinMessage: "message",
  setProfile: "profile",
  blockUser: "user",
  unblockUser: "user",
  // The rooms of a socket, and what is said in them, have an order of their own (rooms/subscriptions.ts, outbox/sender.ts).
  joinRoom: null,
  leaveRoom: null,
  sendMessage: null,
  createRoom: null,
  createInvite: null,
  acceptInvite: null,
  startDirect: null,
  reportMessage: null,
  deleteAccount: null,
  authenticate: null,
  typing: null,
  ping: null,
  getMessages: null,
  getMembers: null,
  getProfiles: null,
  listBlocked: null,
  listRooms: null,
  listMembers: null,
  listPins: null,
  listMentions: null,
  listVersions: null,
  searchMessages: null,
  myRooms: null,
};

/** @returns does `work` at once, or as soon as what sets the same thing was answered or failed */
export function inOrder(): Ordered {
  const underWay = new Map<string, Promise<unknown>>();

  return (action, data, work) => {
    const thing = thingOf(action, data);
    if (thing === null) return work();
    const before = underWay.get(thing);
    const now = before ? before.then(work) : work();
    const ended = now.then(() => undefined, () => undefined);
    underWay.set(thing, ended);
    void ended.then(() => underWay.get(thing) === ended && underWay.delete(thing));
    return now;
  };
}

function thingOf<A extends Action>(action: A, data: Actions[A]): string | null {
  const { roomId, userId, sortKey } = (data ?? {}) as Record<string, unknown>;
  const kind = SETS[action];
  // How far one has read names a place, too, and yet sets one's standing in the room.
  return kind ? JSON.stringify([kind, roomId, userId, kind === "message" ? sortKey : null]) : null;
}
