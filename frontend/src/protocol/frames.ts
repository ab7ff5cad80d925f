/** The frames of protocol v2 (docs/protocol/asyncapi.yaml), and the run-time check of what comes in. */
import * as v from "valibot";

import { listOf, time, wait } from "./lenient";
import type { Digest } from "./rooms/digest";
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
  users: listOf(v.object({ userId: v.string(), username: v.string() })),
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
  createdAt: time,
  /** The id that this user's client gave it; of one's own messages alone, and not when pushed. */
  clientMessageId: v.optional(v.string()),
  /** Sort key of the message that it answers. */
  replyTo: v.optional(v.string()),
  /** That `@here` in its text addresses everybody who is there. */
  mentionsHere: v.optional(v.boolean()),
  /** When its text was changed last, epoch milliseconds. */
  editedAt: v.optional(time),
  /** When it was deleted; nothing is left of its text then. */
  deletedAt: v.optional(time),
  pinnedAt: v.optional(time),
  /** `createdAt` of the last change that the server had put into it: of two states the one with the later counts. */
  changedAt: v.optional(time),
  reactions: v.optional(listOf(reactionSchema)),
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
  createdAt: time,
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
  createdAt: time,
  /** A later server may know more of them; those are not shown. */
  event: v.string(),
  /** To whom it was done. */
  about: v.optional(v.string()),
  /** The new title or topic, in what is pushed. */
  text: v.optional(v.string()),
  /** For how long the room keeps what is said; 0 for good. */
  days: v.optional(v.number()),
  /** Which they have from then on. */
  role: v.fallback(v.optional(v.picklist(["member", "moderator", "owner"])), undefined),
});
export type Notice = v.InferOutput<typeof noticeSchema>;

const memberSchema = v.object({ userId: v.string(), username: v.string() });
export type Member = v.InferOutput<typeof memberSchema>;

/** Who of a room is online, as of one moment. */
const membersSchema = v.object({
  roomId: v.string(),
  /** Each user once; null in a room too large to list. */
  members: v.nullable(listOf(memberSchema)),
  /** Distinct users online. */
  online: v.number(),
  /** Whether there are more than `online`, which is then as far as the server counted. */
  more: v.boolean(),
  /** The server's clock when it looked, epoch milliseconds. */
  at: time,
});
export type MembersAnswer = v.InferOutput<typeof membersSchema>;

/** Somebody came or went; `at` is the server's clock, epoch milliseconds. */
const presenceChangeSchema = v.object({ ...memberSchema.entries, online: v.boolean(), at: time });
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
  v.object({ type: v.literal("newMessages"), requestId, data: listOf(messageSchema) }),
  v.object({
    type: v.literal("messageHistory"),
    requestId,
    roomId: v.optional(v.string()),
    nextCursor: v.optional(v.nullable(v.string()), null),
    data: listOf(messageSchema),
    changes: v.optional(v.array(v.string()), []),
    changed: v.optional(listOf(messageSchema), []),
    notices: v.optional(listOf(noticeSchema), []),
  }),
  v.object({
    type: v.literal("mentions"),
    requestId,
    data: v.object({
      /** Newest first. */
      messages: listOf(messageSchema),
      nextCursor: v.nullable(v.string()),
      /** By sort key, when an edit added the mention, epoch milliseconds; missing of those written with it. */
      added: v.optional(v.record(v.string(), time), {}),
    }),
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
    data: v.object({ messages: listOf(messageSchema), moreIn: v.array(v.string()), nextCursor: v.nullable(v.string()) }),
  }),
  v.object({ type: v.literal("changes"), requestId, data: listOf(changeSchema) }),
  v.object({ type: v.literal("notice"), requestId, data: noticeSchema }),
  v.object({
    type: v.literal("ack"),
    requestId,
    data: v.optional(
      v.object({
        action: v.optional(v.string()),
        /** The server's clock, epoch milliseconds; in the reply to `ping`. */
        now: v.optional(time),
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
    data: v.object({ roomId: v.string(), changes: listOf(presenceChangeSchema) }),
  }),
  v.object({ type: v.literal("typing"), data: v.object({ roomId: v.string(), users: listOf(memberSchema) }) }),
  v.object({ type: v.literal("read"), data: v.object({ roomId: v.string(), sortKey: v.string() }) }),
  v.object({ type: v.literal("membership"), data: v.object({ roomId: v.string() }) }),
  v.object({ type: v.literal("block"), data: v.object({ userId: v.string(), blocked: v.boolean() }) }),
  v.object({
    type: v.literal("error"),
    requestId,
    // A code this client does not know yet is shown as an internal error.
    data: v.object({
      code: v.fallback(v.picklist(ERROR_CODES), "INTERNAL"),
      message: v.optional(v.string(), ""),
      retryAfterMs: v.optional(wait),
    }),
  }),
]);
/** API Gateway's own error frame, sent when the integration behind it failed. */
const gatewayErrorSchema = v.object({ message: v.string(), connectionId: v.string() });

/** Whatever else answers a request. */
const answerSchema = v.object({ type: v.string(), requestId: v.string() });

export type ServerFrame = v.InferOutput<typeof frameSchema> | { type: "gatewayError"; message: string };
/** What is pushed about people rather than messages: it may be lost, come twice or out of order. */
export type PresencePush = Extract<ServerFrame, { type: "presence" | "typing" }>;
/** What is pushed of the user's own: how far they read elsewhere, that what they are in a room has changed, whom they block. */
export type AccountPush = Extract<ServerFrame, { type: "read" | "membership" | "block" }>;
export type Reply = Exclude<ServerFrame, { type: "error" | "gatewayError" } | PresencePush | AccountPush>;

/**
 * The frame in `text`, or null for an empty message, an unknown type, or anything malformed. An answer that cannot be
 * understood is a failure at once: to wait for another one would be in vain.
 */
export function parseFrame(text: string): ServerFrame | null {
  const value = parseJson(text);
  const frame = v.safeParse(frameSchema, value);
  if (frame.success) return frame.output;
  const gatewayError = v.safeParse(gatewayErrorSchema, value);
  if (gatewayError.success) return { type: "gatewayError", message: gatewayError.output.message };
  const answer = v.safeParse(answerSchema, value);
  return answer.success ? { type: "error", requestId: answer.output.requestId, data: { code: "INTERNAL", message: "" } } : null;
}

/** The messages among what was stored as such, by whatever version. */
export function messagesIn(stored: unknown): Message[] {
  const messages = v.safeParse(listOf(messageSchema), stored);
  return messages.success ? messages.output : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
