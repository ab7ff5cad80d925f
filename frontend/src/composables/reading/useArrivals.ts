import { createEventHook, createSharedComposable } from "@vueuse/core";
import { computed, watch } from "vue";
import { useAddressed } from "@/composables/people/useAddressed";
import { arrived, edited, editedOutside, pushedFirst } from "@/conversation/arrivals";
import type { Message } from "@/protocol/frames";
import { EMPTY_TIMELINE, type Timeline } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "@/stores/blocks";
import { useMentionsStore } from "@/stores/mentions";
import { useRoomsStore } from "@/stores/rooms";

export interface News {
  /** Others' messages that came, but for those of whom the user blocks. */
  readonly messages: readonly Message[];
  /** Those that mention the user since they were edited, and did not before. */
  readonly mentioning: readonly Message[];
}

/** Looked for once, whoever wants to know: a mention that one of them has learned is news for all. */
const useNews = createSharedComposable((ownUserId: string) => {
  const rooms = useRoomsStore();
  const mentions = useMentionsStore();
  const blocks = useBlocksStore();
  const isAddressed = useAddressed();
  const news = createEventHook<News>();
  /** What came before all that tells of it was drawn; null from then on. */
  let early: News[] | null = [];
  const timelines = computed(() => new Map(rooms.joined.map((roomId) => [roomId, rooms.timeline(roomId)])));

  function mentioning(before: Timeline, now: Timeline): Message[] {
    const loaded = edited(before, now).filter(([was, message]) => isAddressed(message) && !isAddressed(was));
    // Of what is not loaded one knows only whether it mentioned the user.
    const outside = editedOutside(before, now).filter((message) => isAddressed(message) && !mentions.known.has(message.sortKey));
    return [...loaded.map(([, message]) => message), ...outside];
  }

  watch(timelines, (now, before) => {
    const pairs = [...now].map(([roomId, timeline]) => [before.get(roomId) ?? EMPTY_TIMELINE, timeline] as const);
    const changed = pairs.filter(([was, timeline]) => was !== timeline);
    const isHeard = ({ userId }: Message): boolean => userId !== ownUserId && !blocks.users.has(userId);
    // Pushes come twice at times, and nobody knows yet what the history has.
    const isUnread = ({ roomId, sortKey }: Message): boolean => sortKey > (rooms.readTo(roomId) ?? "");
    const messages = changed.flatMap(([was, timeline]) => [...pushedFirst(was, timeline).filter(isUnread), ...arrived(was, timeline)]).filter(isHeard);
    const edits = changed.flatMap(([was, timeline]) => mentioning(was, timeline)).filter(isHeard);
    if (messages.length === 0 && edits.length === 0) return;
    const latest = { messages, mentioning: edits };
    early?.push(latest);
    void news.trigger(latest);
  });

  function listen(onArrival: (news: News) => void): void {
    early?.forEach(onArrival);
    news.on(onArrival);
  }

  return { listen, allHeard: () => void (early = null) };
});

/**
 * Call `onArrival` with what others say, as it arrives, in whichever of the joined rooms; history is none. While the page opens, also
 * with what has arrived since that began.
 */
export function useArrivals(ownUserId: string, onArrival: (news: News) => void): void {
  useNews(ownUserId).listen(onArrival);
}

/** @returns what is to be called once all that tells of arrivals listens: who comes later hears nothing of the past */
export function useAllHeard(ownUserId: string): () => void {
  return useNews(ownUserId).allHeard;
}
