/** The frames that make rooms and decide who is in them (docs/protocol/asyncapi.yaml). */
import * as v from "valibot";

import { listOf, time } from "./lenient";

/** Times are epoch milliseconds of the server's clock; null where it is not so, or over. */
const until = v.nullable(time);
const nextCursor = v.nullable(v.string());

/** `public` rooms are named by people, the ids of the others are the server's. */
export const roomSchema = v.object({
  roomId: v.string(),
  kind: v.picklist(["public", "private", "direct"]),
  title: v.string(),
  topic: v.string(),
  createdAt: time,
  /** For how many days it keeps its log; missing where that is for good. */
  retentionDays: v.optional(v.number()),
  /** The two users of a conversation; other rooms do not have it. */
  users: v.optional(v.array(v.string())),
});
export type Room = v.InferOutput<typeof roomSchema>;

/** A room of the directory with what goes on there; `more` says that there are more people than were counted. */
const listedRoomSchema = v.object({
  ...roomSchema.entries,
  online: v.number(),
  more: v.boolean(),
  /** When something was said last; null if never. */
  lastActivityAt: v.nullable(time),
});
export type ListedRoom = v.InferOutput<typeof listedRoomSchema>;

/** A user in a room; `none` is left of somebody who is muted or banned there without being a member. */
export const membershipSchema = v.object({
  roomId: v.string(),
  userId: v.string(),
  username: v.string(),
  // Rights of which this client knows nothing it cannot offer.
  role: v.fallback(v.picklist(["none", "member", "moderator", "owner"]), "member"),
  joinedAt: time,
  mutedUntil: until,
  bannedUntil: until,
  /** Sort key of the last message that the user has read. */
  lastRead: v.nullable(v.string()),
  notify: v.fallback(v.picklist(["all", "mentions", "none"]), "all"),
  /** Both in the answer to `myRooms` alone. */
  favourite: v.optional(v.boolean()),
  markedUnread: v.optional(v.boolean()),
  /** In the answer to `myRooms` alone; null if nobody ever gave that room a title. */
  room: v.optional(v.nullable(roomSchema)),
  /** In the answer to `myRooms` alone: how much others said since `lastRead`, of the next 100 messages. */
  unread: v.optional(v.object({ count: v.number(), more: v.boolean() })),
});
export type Membership = v.InferOutput<typeof membershipSchema>;
export type Role = Membership["role"];

/** An invitation by link, good until `expiresAt` and for `uses` more people. */
const inviteSchema = v.object({ code: v.string(), roomId: v.string(), expiresAt: time, uses: v.number() });
export type Invite = v.InferOutput<typeof inviteSchema>;

/** What a user is called by now: no two handles look alike, names and statuses may repeat. */
const profileSchema = v.object({
  userId: v.string(),
  handle: v.string(),
  displayName: v.string(),
  status: v.string(),
  /** When they were here last, to the minute; missing where they do not want it told. */
  lastSeenAt: v.optional(time),
  /** Whether they want it told; in one's own profile alone. */
  showLastSeen: v.optional(v.boolean()),
});
export type Profile = v.InferOutput<typeof profileSchema>;

const requestId = v.optional(v.string());
/** Replies to the actions below. */
export const roomFrameSchemas = [
  v.object({ type: v.literal("room"), requestId, data: roomSchema }),
  v.object({ type: v.literal("rooms"), requestId, data: v.object({ rooms: listOf(listedRoomSchema), nextCursor }) }),
  v.object({
    type: v.literal("memberships"),
    requestId,
    data: v.object({ memberships: listOf(membershipSchema), nextCursor }),
  }),
  v.object({
    type: v.literal("blocked"),
    requestId,
    /** Of whom the user does not want to hear. */
    data: v.object({ blocked: listOf(v.object({ userId: v.string(), blockedAt: time })), nextCursor }),
  }),
  v.object({ type: v.literal("invite"), requestId, data: inviteSchema }),
  v.object({ type: v.literal("profile"), requestId, data: profileSchema }),
  v.object({ type: v.literal("profiles"), requestId, data: v.object({ profiles: listOf(profileSchema), left: v.optional(v.array(v.string()), []) }) }),
] as const;

interface OfMember {
  roomId: string;
  userId: string;
}

/** What each action about rooms carries under `data`. */
export interface RoomActions {
  createRoom: { kind: "public"; roomId?: string; title: string; topic?: string } | { kind: "private"; title: string; topic?: string; clientRoomId?: string };
  updateRoom: { roomId: string; title: string; topic?: string; retentionDays?: number };
  listRooms: { query?: string; cursor?: string };
  myRooms: { cursor?: string };
  listMembers: { roomId: string; cursor?: string };
  startDirect: { userId: string };
  markRead: { roomId: string; sortKey: string };
  /** What of a room the user wants to be told. */
  setNotify: { roomId: string; notify: Membership["notify"] };
  /** What the user has chosen for a room; what is not given stays. */
  setChoices: { roomId: string; favourite?: boolean; markedUnread?: boolean };
  reportMessage: { roomId: string; sortKey: string; reason?: string };
  createInvite: { roomId: string; expiresInSeconds?: number; uses?: number; clientInviteId?: string };
  acceptInvite: { code: string };
  blockUser: { userId: string };
  unblockUser: { userId: string };
  listBlocked: { cursor?: string };
  setProfile: { handle?: string; displayName?: string; status?: string; showLastSeen?: boolean };
  /** For good: `handle` is the user's own, which they have to type. */
  deleteAccount: { handle: string };
  getProfiles: { userIds: readonly string[] } | { handles: readonly string[] };
  inviteMember: OfMember;
  removeMember: OfMember;
  unban: OfMember;
  setRole: OfMember & { role: Exclude<Role, "none"> };
  muteMember: OfMember & { seconds: number };
  banMember: OfMember & { seconds: number };
}
