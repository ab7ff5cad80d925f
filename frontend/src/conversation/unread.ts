/** How much of a room is unread: one rule for what is loaded and for what the server has counted. */
import type { Message } from "@/protocol/frames";
import { timeOf, type Timeline } from "@/protocol/rooms/timeline";

/** What the server counted. */
export interface Counted {
  /** The read position that it counted from; undefined where the account has none. */
  readonly readTo: string | undefined;
  readonly count: number;
  /** Whether there is more than it looked at. */
  readonly more: boolean;
  /** When it had counted, on its clock, epoch milliseconds: what was said later is not in it. */
  readonly at: number;
}

/** What the user has read of a room, and what came late: before the last message read, and new all the same. */
export interface Read {
  readonly to: string | undefined;
  readonly late: ReadonlySet<string>;
}

export interface Unread {
  readonly count: number;
  /** Whether there may be more than that. */
  readonly more: boolean;
}

/**
 * What others said that `userId` has not read.
 *
 * Where all of it is loaded it is counted here. Else what the server counted holds, as long as the user has read no further
 * since, with what came after that; at least it is what is loaded.
 */
export function unreadOf(timeline: Pick<Timeline, "messages" | "hasOlder">, read: Read, counted: Counted | undefined, userId: string): Unread {
  const { messages, hasOlder } = timeline;
  const loaded = messages.filter((message) => isNew(message, read) && isOthers(message, userId));
  const start = messages[0]?.sortKey;
  const all = hasOlder === false || (start !== undefined && read.to !== undefined && start <= read.to);
  if (all) return { count: loaded.length, more: false };
  if (!counted || counted.readTo !== read.to) return { count: loaded.length, more: hasOlder === true && loaded.length > 0 };
  const since = loaded.filter(({ sortKey }) => timeOf(sortKey) > counted.at);
  return { count: Math.max(loaded.length, counted.count + since.length), more: counted.more };
}

function isNew({ sortKey }: Message, { to, late }: Read): boolean {
  return to === undefined || sortKey > to || late.has(sortKey);
}

function isOthers(message: Message, userId: string): boolean {
  return message.userId !== userId && message.deletedAt === undefined;
}
