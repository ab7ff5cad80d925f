/** Changes of messages, as the mock server makes them: of whatever message, by whomever. */
import { v7 } from "uuid";
import type { Change, Message } from "../src/protocol/frames.ts";
import { fold } from "../src/protocol/rooms/fold.ts";

interface Asked {
  roomId: string;
  sortKey?: string;
  content: string;
  emoji?: string;
  on?: boolean;
}

const KINDS: Partial<Record<string, Change["kind"]>> = {
  editMessage: "edit",
  deleteMessage: "deletion",
  react: "reaction",
  pinMessage: "pin",
};

export function isChangeAction(action: string): boolean {
  return action in KINDS;
}

/** Change a message where it lies in `history`; null if there is none. */
export function changeMessage(action: string, data: Asked, user: { userId: string; username: string }, history: Message[]): Change | null {
  const at = history.findIndex(({ sortKey }) => sortKey === data.sortKey);
  const [kind, message] = [KINDS[action], history[at]];
  if (!kind || !message || message.deletedAt !== undefined) return null;
  const createdAt = Math.max(Date.now(), (message.changedAt ?? 0) + 1);
  const place = { roomId: data.roomId, sortKey: `${createdAt}#${v7({ msecs: createdAt })}`, target: message.sortKey };
  const { content, emoji, on } = data;
  const what = { edit: { content }, deletion: {}, reaction: { emoji, on }, pin: { on } }[kind];
  const change = { ...place, kind, ...user, createdAt, ...what };
  history[at] = { ...fold(message, [change]), changedAt: createdAt };
  return change;
}
