import { onMounted, ref, shallowRef } from "vue";
import { useKeptCurrent } from "@/composables/conversation/useKeptCurrent";
import { useChat } from "@/composables/session/useChat";
import type { Message } from "@/protocol/frames";
import { useAsking } from "./useAsking";

/** The pinned messages of a room, as far as they are loaded; null before the first of them. */
export function usePins(roomId: string) {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const pins = shallowRef<readonly Message[] | null>(null);
  useKeptCurrent(pins);
  const hasMore = ref(false);
  let cursor: string | null = null;

  async function load(): Promise<void> {
    const reply = await ask(() => chat.ask("listPins", { roomId, ...(cursor === null ? {} : { after: cursor }) }));
    if (reply?.type !== "messageHistory") return;
    pins.value = [...(pins.value ?? []), ...reply.data];
    cursor = reply.nextCursor;
    hasMore.value = cursor !== null;
  }

  onMounted(load);
  return { pins, hasMore, busy, failure, load };
}
