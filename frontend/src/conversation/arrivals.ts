/** What is news in a room: messages that came, wherever they sort; history that is loaded is none. */
import type { Message } from "@/protocol/frames";
import { indexFrom, type Timeline } from "@/protocol/rooms/timeline";

/** The messages of `now` that are not in `before`, but for older history, in order. */
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
    else fresh.push(message);
  }
  return fresh.reverse();
}

function keyAt({ messages }: Timeline, index: number): string {
  return (messages[index] as Message).sortKey;
}
