import { computed, watch } from "vue";
import { useAddressed } from "@/composables/people/useAddressed";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import type { Message, Reply } from "@/protocol/frames";
import { fold } from "@/protocol/rooms/fold";
import { findMessage } from "@/protocol/rooms/timeline";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomsStore } from "@/stores/rooms";
import { useArrivals } from "./useArrivals";

/** Further back one looks in the list: a badge of a hundred says it all. */
const MOST_PAGES = 4;
/** The list follows what is said within seconds; what is younger and not in it may be on its way there. */
const LISTED_AFTER_MS = 60_000;
/** Behind every sort key. */
const END = "~";

/** Learn what mentions the user: with each connection as far back as it is unread, then as it comes, is edited, or deleted. */
export function useMentions(chat: Pick<Chat, "user" | "ask" | "serverTime">): void {
  const mentions = useMentionsStore();
  const rooms = useRoomsStore();
  const isAddressed = useAddressed();

  async function follow(): Promise<void> {
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const settled = chat.serverTime() - LISTED_AFTER_MS;
      const reply: Reply = await chat.ask("listMentions", cursor === null ? {} : { cursor });
      if (reply.type !== "mentions") return;
      const { messages, added } = reply.data;
      mentions.learnListed({ messages, added, from: reply.data.nextCursor ?? "", until: cursor ?? END, settled });
      cursor = reply.data.nextCursor;
      if (cursor === null || !messages.some(mentions.isUnread)) return;
    }
  }

  /** What is known to mention the user, as it is now, loaded or not. */
  function asTheyAre(): Message[] {
    return mentions.current.map((message) => {
      const timeline = rooms.timeline(message.roomId);
      return findMessage(timeline, message.sortKey) ?? fold(message, timeline.changes);
    });
  }

  watch(computed(asTheyAre), (messages) => messages.forEach(mentions.hear));
  useArrivals(chat.user.userId, ({ messages, mentioning }) => {
    mentions.learn(messages.filter(isAddressed));
    mentions.learnAdded(mentioning);
  });
  useAskedOnline(follow);
}
