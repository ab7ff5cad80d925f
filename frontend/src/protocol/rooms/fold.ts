/** What a message is after its changes. All functions are pure. */
import type { Change, Message, Reaction } from "@/protocol/frames";

/**
 * The message with those of the changes that are newer than it, in whatever order and however often they came.
 *
 * Of the text, and of one user's reaction with one emoji, the latest counts; a deletion is for good.
 */
export function fold(message: Message, changes: readonly Change[]): Message {
  const known = Math.max(message.changedAt ?? 0, message.foldedAt ?? 0);
  const newer = changes.filter(({ target, createdAt }) => target === message.sortKey && createdAt > known);
  return newer.sort(byTime).reduce(changed, message);
}

function changed(message: Message, change: Change): Message {
  const { kind, createdAt } = change;
  // The first deletion counts; nothing else does after it.
  if (message.deletedAt !== undefined) {
    return kind === "deletion" && createdAt < message.deletedAt ? { ...message, deletedAt: createdAt } : message;
  }
  switch (kind) {
    case "edit":
      return { ...message, content: change.content ?? "", editedAt: createdAt };
    case "deletion":
      return tombstone(message, createdAt);
    case "pin":
      return change.on ? { ...message, pinnedAt: createdAt } : without(message, "pinnedAt");
    case "reaction":
      return reacted(message, change);
  }
}

function tombstone(message: Message, deletedAt: number): Message {
  return without({ ...message, content: "", deletedAt }, "editedAt", "pinnedAt", "replyTo", "reactions");
}

function reacted(message: Message, { emoji = "", on, userId, username }: Change): Message {
  const others = (message.reactions ?? []).filter((reaction) => reaction.emoji !== emoji);
  const before = message.reactions?.find((reaction) => reaction.emoji === emoji)?.users ?? [];
  const rest = before.filter((user) => user.userId !== userId);
  const users = on ? [...rest, { userId, username }].sort(byUserId) : rest;
  const reactions: Reaction[] = users.length > 0 ? [...others, { emoji, users }] : others;
  if (reactions.length === 0) return without(message, "reactions");
  return { ...message, reactions: reactions.sort(byEmoji) };
}

function without(message: Message, ...fields: ("editedAt" | "pinnedAt" | "replyTo" | "reactions")[]): Message {
  const rest = { ...message };
  for (const field of fields) Reflect.deleteProperty(rest, field);
  return rest;
}

function byTime(a: Change, b: Change): number {
  return a.createdAt - b.createdAt;
}

function byUserId(a: { userId: string }, b: { userId: string }): number {
  return compare(a.userId, b.userId);
}

function byEmoji(a: Reaction, b: Reaction): number {
  return compare(a.emoji, b.emoji);
}

/** The order of code points, as the server has it; that of `<` is one of UTF-16. */
function compare(a: string, b: string): number {
  const [left, right] = [Array.from(a, point), Array.from(b, point)];
  const at = left.findIndex((each, index) => each !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}

function point(character: string): number {
  return character.codePointAt(0) ?? 0;
}
