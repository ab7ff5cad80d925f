/** Asks who is in a room, tells that the user types, and takes in what is pushed about others. Nothing here is repeated. */
import type { Call } from "@/protocol/call";
import type { ChatSocket } from "@/protocol/connection/socket";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { Message, PresencePush } from "@/protocol/frames";
import { applyAnswer, applyChanges, type Presence } from "./presence";
import { finished, typed, TYPING_INTERVAL_MS, type Typists } from "./typing";

/** What is read and changed here; the stores hold it. */
export interface PresenceState {
  activeRoom: () => string;
  presence: (roomId: string) => Presence;
  updatePresence: (roomId: string, change: (presence: Presence) => Presence) => void;
  /** The members could not be asked for. */
  membersFailed: (roomId: string) => void;
  updateTyping: (roomId: string, change: (typists: Typists) => Typists) => void;
}

interface PresenceSyncOptions {
  state: PresenceState;
  call: Call;
  now: () => number;
}

/** An answer this old is asked for again when somebody looks; while nobody does, nothing is asked. */
export const REFRESH_AFTER_MS = 5 * 60_000;

/** The first key after so long may be the user's return. */
const FIRST_KEY_AFTER_MS = 60_000;

export type PresenceSync = ReturnType<typeof presenceSync>;

export function presenceSync({ state, call, now }: PresenceSyncOptions) {
  const lastTold = new Map<string, number>();
  const lastAsked = new Map<string, number>();
  let lastKey = 0;

  async function askMembers(socket: ChatSocket, roomId: string): Promise<void> {
    lastAsked.set(roomId, now());
    try {
      const reply = await call(socket, "getMembers", { roomId });
      if (reply.type !== "members") throw new RequestRefused("INTERNAL");
      state.updatePresence(roomId, (presence) => applyAnswer(presence, reply.data));
    } catch (error) {
      state.membersFailed(roomId);
      if (!isPresencesOwn(error)) throw error;
    }
  }

  /** The user is back at the room on the screen: what was told meanwhile may have been lost. */
  async function refresh(socket: ChatSocket): Promise<void> {
    const roomId = state.activeRoom();
    if (Math.abs(now() - (lastAsked.get(roomId) ?? 0)) >= REFRESH_AFTER_MS) await askMembers(socket, roomId);
  }

  /** Whether this key may be the first after the user's return; to be asked at every key. */
  function returnsToTyping(): boolean {
    const before = lastKey;
    lastKey = now();
    return Math.abs(lastKey - before) >= FIRST_KEY_AFTER_MS;
  }

  async function tellTyping(socket: ChatSocket, roomId: string): Promise<void> {
    // A device's clock may be set back; that is no reason to be silent for as long.
    if (Math.abs(now() - (lastTold.get(roomId) ?? 0)) < TYPING_INTERVAL_MS) return;
    // In a room too large to list its members nobody is told.
    if (state.presence(roomId).users === null) return;
    lastTold.set(roomId, now());
    try {
      await call(socket, "typing", { roomId });
    } catch (error) {
      if (!isPresencesOwn(error)) throw error;
    }
  }

  function onPush({ type, data }: PresencePush): void {
    if (type === "typing") return state.updateTyping(data.roomId, (typists) => typed(typists, data.users, now()));
    // Of a room nobody looks at, the members are asked for when it is shown.
    if (data.roomId !== state.activeRoom()) return;
    state.updatePresence(data.roomId, (presence) => applyChanges(presence, data.changes));
  }

  function onMessages(roomId: string, messages: readonly Message[]): void {
    state.updateTyping(roomId, (typists) => finished(typists, messages, now()));
  }

  return { askMembers, refresh, returnsToTyping, tellTyping, onPush, onMessages };
}

/** Whether the trouble is with this request alone; a chat is complete without it. */
function isPresencesOwn(error: unknown): boolean {
  return error instanceof RequestRefused || error instanceof RequestTimedOut;
}
