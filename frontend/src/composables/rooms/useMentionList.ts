import { computed, onMounted, ref, shallowRef } from "vue";
import { useKeptCurrent } from "@/composables/conversation/useKeptCurrent";
import { useChat } from "@/composables/session/useChat";
import type { Message } from "@/protocol/frames";
import { bySortKey } from "@/protocol/rooms/timeline";
import { useMentionsStore } from "@/stores/mentions";
import { useAsking } from "./useAsking";

/**
 * The messages that mention the user, newest first, as far as they are loaded; null before the first of them.
 *
 * The server lists a mention a moment after it was made: what came here meanwhile is among them.
 */
export function useMentionList() {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const mentions = useMentionsStore();
  const listed = shallowRef<readonly Message[] | null>(null);
  useKeptCurrent(listed);
  const hasMore = ref(false);
  let cursor: string | null = null;

  async function load(): Promise<void> {
    const reply = await ask(() => chat.ask("listMentions", cursor === null ? {} : { cursor }));
    if (reply?.type !== "mentions") return;
    listed.value = [...(listed.value ?? []), ...reply.data.messages];
    cursor = reply.data.nextCursor;
    hasMore.value = cursor !== null;
  }

  const messages = computed(() => {
    const { value } = listed;
    if (!value) return null;
    const end = hasMore.value ? (value.at(-1)?.sortKey ?? "") : "";
    const all = [...value, ...mentions.current.filter(({ sortKey }) => sortKey > end)];
    const each = new Map(all.map((message) => [message.sortKey, message]));
    return [...each.values()].sort(bySortKey).reverse();
  });

  onMounted(load);
  return { messages, hasMore, busy, failure, load };
}
