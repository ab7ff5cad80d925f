import { defineStore } from "pinia";
import { ref } from "vue";
import type { LinkState } from "@/protocol/connection/link";

/** State of the connection, as the user sees it. */
export const useConnectionStore = defineStore("connection", () => {
  const state = ref<LinkState>({ kind: "stopped" });
  function change(next: LinkState): void {
    state.value = next;
  }

  return { state, change };
});
