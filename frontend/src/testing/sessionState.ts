import { FakeServer } from "@/testing/fakeServer";
import type { Credentials } from "@/protocol/credentials";
import type { LinkState } from "@/protocol/connection/link";
import { newMessageId } from "@/protocol/outbox/messageId";
import * as outbox from "@/protocol/outbox/outbox";
import { UNKNOWN_PRESENCE, type Presence } from "@/protocol/presence/presence";
import { mentionsIn } from "@/conversation/mentions";
import { startSession, type Session, type SessionState } from "@/protocol/session";
import { EMPTY_TIMELINE, receive, type Timeline } from "@/protocol/rooms/timeline";
import { NOBODY, typing, type Typists } from "@/protocol/presence/typing";
import { vi } from "vitest";

export const MOCK: Credentials = { kind: "mock", userId: "me", username: "Me" };

/** A message that waits to be sent. */
export function unsent(content: string): outbox.OutboxEntry {
  return { clientMessageId: newMessageId(Date.now()), roomId: "global", content, failure: null };
}

/** The stores' part of a session, in plain variables. */
export function newState(rooms = ["global"]) {
  const timelines = new Map<string, Timeline>();
  const presences = new Map<string, Presence>();
  const typists = new Map<string, Typists>();
  const view = {
    entries: [] as outbox.Outbox,
    /** For how long the server had it wait, each time. */
    limits: [] as number[],
    links: [] as LinkState["kind"][],
    timelineOf: (roomId = "global") => timelines.get(roomId) ?? EMPTY_TIMELINE,
    presenceOf: (roomId = "global") => presences.get(roomId) ?? UNKNOWN_PRESENCE,
    typingIn: (roomId = "global") => typing(typists.get(roomId) ?? NOBODY, Date.now()).map(({ username }) => username),
    /** The room on the screen. */
    active: rooms[0] ?? "global",
    sessionExpired: vi.fn(),
    roomRefused: vi.fn(),
    roomAdmitted: vi.fn(),
    membersFailed: vi.fn(),
  };
  const port: SessionState = {
    joinedRooms: () => rooms,
    activeRoom: () => view.active,
    presence: view.presenceOf,
    updatePresence: (roomId, change) => void presences.set(roomId, change(view.presenceOf(roomId))),
    membersFailed: view.membersFailed,
    updateTyping: (roomId, change) => void typists.set(roomId, change(typists.get(roomId) ?? NOBODY)),
    timeline: view.timelineOf,
    updateTimeline(roomId, change) {
      timelines.set(roomId, change(view.timelineOf(roomId)));
      view.entries = outbox.settle(view.entries, view.timelineOf(roomId).messages);
    },
    roomRefused: view.roomRefused,
    roomAdmitted: view.roomAdmitted,
    pendingEntries: () => view.entries.filter((entry) => entry.failure === null),
    delivered(entry, stored) {
      timelines.set(stored.roomId, receive(view.timelineOf(stored.roomId), [stored]));
      view.entries = outbox.discard(view.entries, entry.clientMessageId);
    },
    sendFailed: (id, reason) => (view.entries = outbox.fail(view.entries, id, reason)),
    sendLimited: (milliseconds) => void view.limits.push(milliseconds),
    mentionsHere: ({ content }) => mentionsIn(content).here,
    linkChanged: (link) => view.links.push(link.kind),
    sessionExpired: view.sessionExpired,
  };
  return Object.assign(view, { port });
}

/** A session against `server`, with no chance in it, on a device that shows `now`. */
export function startAgainst(server: FakeServer, port: SessionState, credentials: Credentials = MOCK, now = Date.now): Session {
  let requests = 0;
  return startSession({
    websocketUrl: "ws://chat.test/local",
    credentials,
    state: port,
    createWebSocket: server.createWebSocket,
    newRequestId: () => `r${++requests}`,
    now,
    random: () => 0.5,
    onAccount: vi.fn(),
    onNotices: vi.fn(),
  });
}
