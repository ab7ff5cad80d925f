import { storeToRefs } from "pinia";
import { computed, ref, watch, type ComputedRef } from "vue";
import { useConnectionStore } from "@/stores/connection";

/** Why there is no connection; null while there is one, or the first is being made. */
export type Loss = "offline" | "reconnecting";

/** One account of a lost connection for every place of the page: lost until it is back, attempts in between included. */
export function useConnectionLost(): ComputedRef<Loss | null> {
  const { state } = storeToRefs(useConnectionStore());
  const lost = ref(false);
  watch(
    state,
    ({ kind }) => {
      if (kind === "waiting" || kind === "offline") lost.value = true;
      else if (kind !== "connecting") lost.value = false;
    },
    { immediate: true, flush: "sync" },
  );
  return computed(() => (lost.value ? (state.value.kind === "offline" ? "offline" : "reconnecting") : null));
}
