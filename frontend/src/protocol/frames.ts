/** The frames of protocol v2 (docs/protocol/asyncapi.yaml), and the run-time check of what comes in. */
import * as v from "valibot";

import { roomFrameSchemas, type RoomActions } from "./roomFrames";

/** WebSocket sub-protocol that selects v2; the server echoes it. */
export const SUBPROTOCOL = "chat.v2";
/** Longest content of a message, in Unicode code points. */
export const CONTENT_LIMIT = 4_000;
/** Largest page `getMessages` may ask for. */
export const PAGE_LIMIT = 100;

const ROOM_ID = /^(?:[A-Za-z0-9_-]{1,64}|~[pd][0-9a-f]{32})$/;

/** Whether a room can have this id: a public room's name, or what the server made for a private or direct one. */
export function isRoomId(text: string): boolean {
  return ROOM_ID.test(text);
}

/** The room that a connection is in when it names no other. */
export const DEFAULT_ROOM = "global";

/** Whether everybody may enter a room of this id: `~` is in no name that people give. */
export function isPublic(roomId: string): boolean {
  return !roomId.startsWith("~");
}

const reactionSchema = v.object({
  emoji: v.string(),
  /** Everybody who put it there. */
  users: v.array(v.object({ userId: v.string(), username: v.string() })),
});
export type Reaction = v.InferOutput<typeof reactionSchema>;

const messageSchema = v.object({
  roomId: v.string(),
  /** `<epoch ms, 13 digits>#<messageId>`: the order of a room, and a message's identity in it. */
  sortKey: v.pipe(v.string(), v.regex(/^\d{13}#./)),
  messageId: v.string(),
  userId: v.string(),
  username: v.string(),
  content: v.string(),
  /** The server's clock, epoch milliseconds. */
  createdAt: v.number(),
  /** The id that this user's client gave it; of one's own messages alone, and not when pushed. */
  clientMessageId: v.optional(v.string()),
  /** Sort key of the message that it answers. */
  replyTo: v.optional(v.string()),
  /** That `@here` in its text addresses everybody who is there. */
  mentionsHere: v.optional(v.boolean()),
  /** When its text was changed last, epoch milliseconds. */
  editedAt: v.optional(v.number()),
  /** When it was deleted; nothing is left of its text then. */
  deletedAt: v.optional(v.number()),
  pinnedAt: v.optional(v.number()),
  /** `createdAt` of the last change that the server had put into it: of two states the one with the later counts. */
  changedAt: v.optional(v.number()),
  reactions: v.optional(v.array(reactionSchema)),
});
export type Message = v.InferOutput<typeof messageSchema> & {
  /** Pushed changes up to this `createdAt` are in it for good; this client's own note. */
  readonly foldedAt?: number;
};

/** A change of a message, an entry of the room's log of its own. */
const changeSchema = v.object({
  roomId: v.string(),
  sortKey: v.pipe(v.string(), v.regex(/^\d{13}#./)),
  kind: v.picklist(["edit", "deletion", "reaction", "pin"]),
  /** Sort key of the message. */
  target: v.string(),
  /** Who changed it. */
  userId: v.string(),
  username: v.string(),
  /** The server's clock, epoch milliseconds; changes of one message have different times. */
  createdAt: v.number(),
  /** The new text of an edit. */
  content: v.optional(v.string()),
  emoji: v.optional(v.string()),
  /** Whether the reaction or the pin is there from now on. */
  on: v.optional(v.boolean()),
});
export type Change = v.InferOutput<typeof changeSchema>;

/** What happened in a room other than that somebody said something: an entry of its log, of ids alone. */
const noticeSchema = v.object({
  roomId: v.string(),
  sortKey: v.pipe(v.string(), v.regex(/^\d{13}#./)),
  /** Who did it. */
  userId: v.string(),
  /** The server's clock, epoch milliseconds. */
  createdAt: v.number(),
  /** A later server may know more of them; those are not shown. */
  event: v.string(),
  /** To whom it was done. */
  about: v.optional(v.string()),
  /** The new title or topic, in what is pushed. */
  text: v.optional(v.string()),
  /** For how long the room keeps what is said; 0 for good. */
  days: v.optional(v.number()),
  /** Which they have from then on. */
  role: v.optional(v.picklist(["member", "moderator", "owner"])),
});
export type Notice = v.InferOutput<typeof noticeSchema>;

const memberSchema = v.object({ userId: v.string(), username: v.string() });
export type Member = v.InferOutput<typeof memberSchema>;

/** Who of a room is online, as of one moment. */
const membersSchema = v.object({
  roomId: v.string(),
  /** Each user once; null in a room too large to list. */
  members: v.nullable(v.array(memberSchema)),
  /** Distinct users online. */
  online: v.number(),
  /** Whether there are more than `online`, which is then as far as the server counted. */
  more: v.boolean(),
  /** The server's clock when it looked, epoch milliseconds. */
  at: v.number(),
});
export type MembersAnswer = v.InferOutput<typeof membersSchema>;

/** Somebody came or went; `at` is the server's clock, epoch milliseconds. */
const presenceChangeSchema = v.object({ ...memberSchema.entries, online: v.boolean(), at: v.number() });
export type PresenceChange = v.InferOutput<typeof presenceChangeSchema>;

export const ERROR_CODES = [
  "UNAUTHENTICATED",
  "TOKEN_EXPIRED",
  "FORBIDDEN",
  "BANNED",
  "MUTED",
  "HANDLE_TAKEN",
  "INVALID_FRAME",
  "INVALID_CONTENT",
  "CONTENT_TOO_LONG",
  "RATE_LIMITED",
  "UNKNOWN_ACTION",
  "INTERNAL",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

const requestId = v.optional(v.string());
const frameSchema = v.variant("type", [
  v.object({ type: v.literal("newMessage"), requestId, data: messageSchema }),
  v.object({ type: v.literal("newMessages"), requestId, data: v.array(messageSchema) }),
  v.object({
    type: v.literal("messageHistory"),
    requestId,
    roomId: v.optional(v.string()),
    nextCursor: v.optional(v.nullable(v.string()), null),
    data: v.array(messageSchema),
    changes: v.optional(v.array(v.string()), []),
    changed: v.optional(v.array(messageSchema), []),
    notices: v.optional(v.array(noticeSchema), []),
  }),
  v.object({
    type: v.literal("mentions"),
    requestId,
    /** Newest first. */
    data: v.object({ messages: v.array(messageSchema), nextCursor: v.nullable(v.string()) }),
  }),
  v.object({ type: v.literal("change"), requestId, data: changeSchema }),
  v.object({
    type: v.literal("versions"),
    requestId,
    /** Earlier texts, oldest first. */
    data: v.object({ roomId: v.string(), sortKey: v.string(), texts: v.array(v.string()) }),
  }),
  v.object({
    type: v.literal("searchResults"),
    requestId,
    /** By room, of each the newest first; `moreIn` are rooms that have more. */
    data: v.object({ messages: v.array(messageSchema), moreIn: v.array(v.string()), nextCursor: v.nullable(v.string()) }),
  }),
  v.object({ type: v.literal("changes"), requestId, data: v.array(changeSchema) }),
  v.object({ type: v.literal("notice"), requestId, data: noticeSchema }),
  v.object({
    type: v.literal("ack"),
    requestId,
    data: v.optional(
      v.object({
        action: v.optional(v.string()),
        /** The server's clock, epoch milliseconds; in the reply to `ping`. */
        now: v.optional(v.number()),
        /** Rooms whose history is not what the digest says. */
        differs: v.optional(v.array(v.string()), []),
        /** Rooms in which a put may still be under way for the minutes that were asked about. */
        unsettled: v.optional(v.array(v.string()), []),
      }),
    ),
  }),
  ...roomFrameSchemas,
  v.object({ type: v.literal("members"), requestId, data: membersSchema }),
  v.object({
    type: v.literal("presence"),
    data: v.object({ roomId: v.string(), changes: v.array(presenceChangeSchema) }),
  }),
  v.object({ type: v.literal("typing"), data: v.object({ roomId: v.string(), users: v.array(memberSchema) }) }),
  v.object({ type: v.literal("read"), data: v.object({ roomId: v.string(), sortKey: v.string() }) }),
  v.object({ type: v.literal("membership"), data: v.object({ roomId: v.string() }) }),
  v.object({
    type: v.literal("error"),
    requestId,
    // A code this client does not know yet is shown as an internal error.
    data: v.object({
      code: v.fallback(v.picklist(ERROR_CODES), "INTERNAL"),
      message: v.optional(v.string(), ""),
      retryAfterMs: v.optional(v.number()),
    }),
  }),
]);
/** API Gateway's own error frame, sent when the integration behind it failed. */
const gatewayErrorSchema = v.object({ message: v.string(), connectionId: v.string() });

export type ServerFrame = v.InferOutput<typeof frameSchema> | { type: "gatewayError"; message: string };
/** What is pushed about people rather than messages: it may be lost, come twice or out of order. */
export type PresencePush = Extract<ServerFrame, { type: "presence" | "typing" }>;
/** What is pushed of the user's own: how far they read elsewhere, and that what they are in a room has changed. */
export type AccountPush = Extract<ServerFrame, { type: "read" | "membership" }>;
export type Reply = Exclude<ServerFrame, { type: "error" | "gatewayError" } | PresencePush | AccountPush>;

/** The frame in `text`, or null for an empty message, an unknown type, or anything malformed. */
export function parseFrame(text: string): ServerFrame | null {
  const value = parseJson(text);
  const frame = v.safeParse(frameSchema, value);
  if (frame.success) return frame.output;
  const gatewayError = v.safeParse(gatewayErrorSchema, value);
  return gatewayError.success ? { type: "gatewayError", message: gatewayError.output.message } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a client has of one room in whole minutes, told so briefly that equal digests mean equal logs. */
export interface Digest {
  /** Epoch milliseconds, the boundary of a minute; inclusive. */
  readonly from: number;
  /** Epoch milliseconds, the boundary of a minute; exclusive. */
  readonly until: number;
  readonly count: number;
  /** XOR over the last 16 hexadecimal digits of each `messageId`. */
  readonly xor: string;
  /** Both are of changes, too, by the ids in their sort keys. */
  readonly changes: boolean;
}

/** What all changes of a message carry; what is asked for a second time with the same id is not done again. */
interface OfMessage {
  roomId: string;
  sortKey: string;
  clientMessageId?: string;
}

/** What each action that changes a message carries under `data`. */
export interface ChangeActions {
  editMessage: OfMessage & { content: string };
  /** With its author, as it is shown, the server need not look whose it is. */
  deleteMessage: OfMessage & { author?: string };
  react: OfMessage & { emoji: string; on: boolean };
  pinMessage: OfMessage & { on: boolean };
}
export type ChangeAction = keyof ChangeActions;

/** What each action carries under `data`. */
export interface Actions extends RoomActions, ChangeActions {
  sendMessage: { content: string; roomId: string; clientMessageId: string; replyTo?: string; mentionsHere?: true };
  /** The messages that are pinned, in pages, answered by `messageHistory`. */
  listPins: { roomId: string; after?: string };
  /** The messages that mention the user, answered by `mentions`. */
  listMentions: { cursor?: string };
  /** What a message said before it was edited; for moderators, answered by `versions`. */
  listVersions: { roomId: string; sortKey: string };
  /** What has these words, in a room or the newest of several, answered by `searchResults`. */
  searchMessages: { query: string; cursor?: string } & ({ roomId: string } | { roomIds: string[] });
  /** A page of a room, or of what oneself wrote in any room. */
  getMessages: ({ roomId: string } | { userId: string }) & { limit?: number } & ({ before?: string } | { after?: string });
  joinRoom: { roomId: string };
  leaveRoom: { roomId: string };
  getMembers: { roomId: string };
  typing: { roomId: string };
  authenticate: undefined;
  ping: { rooms: Record<string, Digest> } | undefined;
}
export type Action = keyof Actions;
