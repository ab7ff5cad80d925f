import { defineStore } from "pinia";
import { computed, shallowReactive } from "vue";
import { useAddressed } from "@/composables/people/useAddressed";
import type { Message } from "@/protocol/frames";
import { findMessage } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "./rooms";

/** The messages that mention the user, as far as the server has told or they came; unread until their room was read so far. */
export const useMentionsStore = defineStore("mentions", () => {
  const rooms = useRoomsStore();
  const isAddressed = useAddressed();
  /** By sort key. */
  const known = shallowReactive(new Map<string, Message>());

  function learn(messages: readonly Message[]): void {
    for (const message of messages) known.set(message.sortKey, message);
  }

  function isUnread(message: Pick<Message, "roomId" | "sortKey">): boolean {
    return message.sortKey > (rooms.readTo(message.roomId) ?? "");
  }

  /** Deleted, or edited so that it mentions the user no more, where its room is loaded. */
  function isOver(message: Message): boolean {
    const now = findMessage(rooms.timeline(message.roomId), message.sortKey);
    if (now === undefined) return false;
    return now.deletedAt !== undefined || (now.editedAt !== message.editedAt && !isAddressed(now));
  }

  const current = computed(() => [...known.values()].filter((message) => !isOver(message)));
  const byRoom = computed(() => Map.groupBy(current.value.filter(isUnread), ({ roomId }) => roomId));
  const total = computed(() => [...byRoom.value.values()].reduce((sum, { length }) => sum + length, 0));

  /** How many unread ones a room has. */
  function unreadIn(roomId: string): number {
    return byRoom.value.get(roomId)?.length ?? 0;
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    known.clear();
  }

  return { known, current, total, learn, isUnread, unreadIn, clear };
});
