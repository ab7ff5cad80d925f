import { defineStore } from "pinia";
import { computed, shallowReactive } from "vue";
import { useAddressed } from "@/composables/people/useAddressed";
import { tells } from "@/conversation/notifyLevel";
import type { Message } from "@/protocol/frames";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "./blocks";
import { useRoomChoicesStore } from "./roomChoices";
import { useRoomsStore } from "./rooms";

/** What the server listed: all that mentions the user from one sort key on until before another. */
export interface Listed {
  readonly messages: readonly Message[];
  readonly added: Readonly<Record<string, number>>;
  readonly from: string;
  readonly until: string;
  /** What was written later may be missing, epoch milliseconds. */
  readonly settled: number;
}

/**
 * The messages that mention the user, as far as the server has told or they came.
 *
 * One is unread until its room was read so far: to the message, or to the edit that added the mention.
 */
export const useMentionsStore = defineStore("mentions", () => {
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const blocks = useBlocksStore();
  const isAddressed = useAddressed();
  /** By sort key, as both below. */
  const known = shallowReactive(new Map<string, Message>());
  /** When an edit added the mention, epoch milliseconds. */
  const addedAt = shallowReactive(new Map<string, number>());

  function learn(messages: readonly Message[]): void {
    for (const message of messages) known.set(message.sortKey, message);
  }

  /** They mention the user since they were edited. */
  function learnAdded(messages: readonly Message[]): void {
    learn(messages);
    for (const { sortKey, editedAt } of messages) if (editedAt !== undefined) addedAt.set(sortKey, editedAt);
  }

  function learnListed({ messages, added, from, until, settled }: Listed): void {
    const listed = new Set(messages.map(({ sortKey }) => sortKey));
    for (const { sortKey, createdAt, editedAt } of [...known.values()]) {
      const within = sortKey >= from && sortKey < until;
      if (within && !listed.has(sortKey) && Math.max(createdAt, editedAt ?? 0) < settled) forget(sortKey);
    }
    learn(messages);
    for (const [sortKey, at] of Object.entries(added)) addedAt.set(sortKey, at);
  }

  /** One that is known may be another by now: deleted, or edited so that it mentions the user no more, it is over. */
  function hear(message: Message): void {
    const { sortKey, deletedAt, editedAt = 0 } = message;
    const before = known.get(sortKey);
    if (deletedAt !== undefined) forget(sortKey);
    else if (before && editedAt > (before.editedAt ?? 0)) {
      if (isAddressed(message)) known.set(sortKey, message);
      else forget(sortKey);
    }
  }

  function forget(sortKey: string): void {
    known.delete(sortKey);
    addedAt.delete(sortKey);
  }

  function placeOf(sortKey: string): string {
    const added = addedAt.get(sortKey);
    return added === undefined ? sortKey : sortKeyOf(added);
  }

  function isUnread({ roomId, sortKey }: Pick<Message, "roomId" | "sortKey">): boolean {
    return placeOf(sortKey) > (rooms.readTo(roomId) ?? "");
  }

  /** What somebody said before the user blocked them is listed, folded, and tells of nothing. */
  function isCounted(message: Message): boolean {
    return isUnread(message) && !blocks.users.has(message.userId);
  }

  const current = computed(() => [...known.values()]);
  const byRoom = computed(() => Map.groupBy(current.value.filter(isCounted), ({ roomId }) => roomId));
  const total = computed(() => rooms.joined.reduce((sum, roomId) => sum + unreadIn(roomId), 0));

  /** How many unread ones a room tells of: of what was silenced or left, the list of mentions alone does. */
  function unreadIn(roomId: string): number {
    const isTold = rooms.joined.includes(roomId) && tells(choices.levelOf(roomId), true);
    return isTold ? (byRoom.value.get(roomId)?.length ?? 0) : 0;
  }

  /** How far a room has to be read so that no edit's mention is unread; undefined where none is. */
  function lastAddedIn(roomId: string): string | undefined {
    const added = (byRoom.value.get(roomId) ?? []).filter(({ sortKey }) => addedAt.has(sortKey));
    return added.map(({ sortKey }) => placeOf(sortKey)).sort().at(-1);
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    known.clear();
    addedAt.clear();
  }

  return { known, current, total, learn, learnAdded, learnListed, hear, isUnread, unreadIn, lastAddedIn, clear };
});
