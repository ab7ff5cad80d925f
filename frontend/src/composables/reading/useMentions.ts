import { storeToRefs } from "pinia";
import { computed, watch } from "vue";
import { useAddressed } from "@/composables/people/useAddressed";
import type { Chat } from "@/composables/session/useChat";
import type { Message, Reply } from "@/protocol/frames";
import { findMessage } from "@/protocol/rooms/timeline";
import { useConnectionStore } from "@/stores/connection";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomsStore } from "@/stores/rooms";
import { useArrivals } from "./useArrivals";

/** Further back one looks in the list: a badge of a hundred says it all. */
const MOST_PAGES = 4;

/** Learn what mentions the user: with each connection as far back as it is unread, then as it comes. */
export function useMentions(chat: Pick<Chat, "user" | "ask">): void {
  const mentions = useMentionsStore();
  const rooms = useRoomsStore();
  const isAddressed = useAddressed();
  const { state } = storeToRefs(useConnectionStore());

  async function follow(): Promise<void> {
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const reply: Reply = await chat.ask("listMentions", cursor === null ? {} : { cursor });
      if (reply.type !== "mentions") return;
      mentions.learn(reply.data.messages);
      cursor = reply.data.nextCursor;
      if (cursor === null || !reply.data.messages.some(mentions.isUnread)) return;
    }
  }

  /** The messages whose text was just changed. */
  function edited(): Message[] {
    const timelines = rooms.joined.map(rooms.timeline);
    return timelines.flatMap((timeline) =>
      timeline.changes.flatMap(({ kind, target }) => (kind === "edit" ? (findMessage(timeline, target) ?? []) : [])),
    );
  }

  watch(computed(edited), (messages) => mentions.learn(messages.filter(isAddressed)));
  useArrivals(chat.user.userId, (messages) => mentions.learn(messages.filter(isAddressed)));
  // Nothing waits for it, and the next connection asks again.
  watch(() => state.value.kind, (kind) => kind === "online" && void follow().catch(() => undefined), { immediate: true });
}
