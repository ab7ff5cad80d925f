/** What is news in a room: messages that came, wherever they sort, and were edited; history that is loaded is none. */
import type { Change, Message } from "@/protocol/frames";
import { fold } from "@/protocol/rooms/fold";
import { findMessage, indexFrom, timeOf, type Timeline } from "@/protocol/rooms/timeline";

/** The messages of `now` that are not in `before`, but for older history, in order; of what is deleted by now there is nothing to tell. */
export function arrived(before: Timeline, now: Timeline): Message[] {
  // Before its first page, a room has no news: all of it is history.
  if (before.hasOlder === null || before.messages === now.messages) return [];
  const start = indexFrom(now.messages, before.messages[0]?.sortKey ?? "");
  const fresh: Message[] = [];
  let known = before.messages.length - 1;
  for (let at = now.messages.length - 1; at >= start; at--) {
    const message = now.messages[at] as Message;
    while (known >= 0 && keyAt(before, known) > message.sortKey) known--;
    if (known >= 0 && keyAt(before, known) === message.sortKey) known--;
    else if (message.deletedAt === undefined) fresh.push(message);
  }
  return fresh.reverse();
}

/** The messages that were pushed in between into a room whose first page has not come: history is none of it, and does not have them yet. */
export function pushedFirst(before: Timeline, now: Timeline): Message[] {
  if (now.hasOlder !== null || before.messages === now.messages) return [];
  return now.messages.filter(({ sortKey, deletedAt }) => deletedAt === undefined && !findMessage(before, sortKey));
}

function keyAt({ messages }: Timeline, index: number): string {
  return (messages[index] as Message).sortKey;
}

/** The messages of both whose text was changed in between, as they were and as they are. */
export function edited(before: Timeline, now: Timeline): (readonly [Message, Message])[] {
  if (before.messages === now.messages) return [];
  return now.messages.flatMap((message) => {
    const was = message.editedAt === undefined ? undefined : findMessage(before, message.sortKey);
    return was && was.editedAt !== message.editedAt ? [[was, message] as const] : [];
  });
}

/** What pushed edits tell of messages that are not loaded. */
export function editedOutside(before: Timeline, now: Timeline): Message[] {
  if (now.hasOlder === null || before.changes === now.changes) return [];
  const told = new Set(before.changes);
  const fresh = now.changes.filter((change) => change.kind === "edit" && !told.has(change) && !findMessage(now, change.target));
  const targets = new Map(fresh.map((change) => [change.target, messageOf(change)]));
  return [...targets.values()].map((message) => fold(message, now.changes)).filter(({ deletedAt }) => deletedAt === undefined);
}

/** An edit is by the message's author, and the place says when it was made. */
function messageOf({ roomId, target, userId, username }: Change): Message {
  const messageId = target.slice(target.indexOf("#") + 1);
  return { roomId, sortKey: target, messageId, userId, username, content: "", createdAt: timeOf(target) };
}
