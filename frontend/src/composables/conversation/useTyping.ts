import { computed, ref, watch, watchEffect, type ComputedRef } from "vue";
import type { Member } from "@/protocol/frames";
import { nextExpiry, typing } from "@/protocol/presence/typing";
import { useBlocksStore } from "@/stores/blocks";
import { usePresenceStore } from "@/stores/presence";

/** Others who type in the room at this moment, but for those whom the user blocks. */
export function useTyping(roomId: string, ownUserId: string): ComputedRef<Member[]> {
  const presence = usePresenceStore();
  const blocks = useBlocksStore();
  const now = ref(Date.now());
  const typists = computed(() => presence.typistsOf(roomId));

  watch(typists, () => (now.value = Date.now()), { flush: "sync" });
  watchEffect((onCleanup) => {
    const expiry = nextExpiry(typists.value, now.value);
    if (expiry === null) return;
    const timer = setTimeout(() => (now.value = Date.now()), expiry - now.value);
    onCleanup(() => clearTimeout(timer));
  });
  return computed(() => typing(typists.value, now.value).filter(({ userId }) => userId !== ownUserId && !blocks.users.has(userId)));
}
