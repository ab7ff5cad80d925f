/** Asks who is in a room, tells that the user types, and takes in what is pushed about others. Nothing here is repeated. */
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { Action, Actions, Message, PresencePush, Reply } from "@/protocol/frames";
import { applyAnswer, applyChanges, type Presence } from "./presence";
import type { ChatSocket } from "@/protocol/connection/socket";
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
  call: <A extends Action>(socket: ChatSocket, action: A, data: Actions[A]) => Promise<Reply>;
  now: () => number;
}

export function presenceSync({ state, call, now }: PresenceSyncOptions) {
  const lastTold = new Map<string, number>();

  async function askMembers(socket: ChatSocket, roomId: string): Promise<void> {
    try {
      const reply = await call(socket, "getMembers", { roomId });
      if (reply.type !== "members") throw new RequestRefused("INTERNAL");
      state.updatePresence(roomId, (presence) => applyAnswer(presence, reply.data));
    } catch (error) {
      state.membersFailed(roomId);
      if (!isPresencesOwn(error)) throw error;
    }
  }

  async function tellTyping(socket: ChatSocket, roomId: string): Promise<void> {
    if (now() - (lastTold.get(roomId) ?? 0) < TYPING_INTERVAL_MS) return;
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

  return { askMembers, tellTyping, onPush, onMessages };
}

/** Whether the trouble is with this request alone; a chat is complete without it. */
function isPresencesOwn(error: unknown): boolean {
  return error instanceof RequestRefused || error instanceof RequestTimedOut;
}
