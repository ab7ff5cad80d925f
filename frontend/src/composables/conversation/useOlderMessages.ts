import { ref } from "vue";
import { useChat } from "@/composables/session/useChat";
import { useRoomsStore } from "@/stores/rooms";

export type LoadState = "idle" | "loading" | "failed";

/** Load older history on demand: one page at a time, not again after a failure until the user says so. */
export function useOlderMessages(roomId: string) {
  const chat = useChat();
  const rooms = useRoomsStore();
  const state = ref<LoadState>("idle");

  async function load(): Promise<void> {
    if (state.value !== "idle" || !rooms.timeline(roomId).hasOlder) return;
    state.value = "loading";
    try {
      await chat.loadOlder(roomId);
      state.value = "idle";
    } catch {
      // Whatever it was, the user sees that it failed and can repeat it.
      state.value = "failed";
    }
  }

  function retry(): void {
    state.value = "idle";
    void load();
  }

  return { state, load, retry };
}
