import { useDebounceFn } from "@vueuse/core";
import { inject, onScopeDispose, provide, shallowReactive, watch, type InjectionKey } from "vue";
import { lastSeenOf } from "@/lastSeen";
import type { Message } from "@/protocol/frames";
import { useConnectionLost } from "@/composables/page/useConnectionLost";
import { useRoomsStore } from "@/stores/rooms";

/** What was last seen of a room, as long as nothing newer is loaded of it. */
export type LastSeenOf = (roomId: string) => readonly Message[];
export const LAST_SEEN: InjectionKey<LastSeenOf> = Symbol("last seen");

/** What is loaded is kept after it was quiet for so long. */
const QUIET_MS = 2_000;

/** Keep the end of every loaded conversation on the device, and show it while there is no connection to load any. */
export function provideLastSeen(userId: string): void {
  const rooms = useRoomsStore();
  const lost = useConnectionLost();
  const lastSeen = lastSeenOf(userId);
  const shown = shallowReactive(new Map<string, readonly Message[]>());
  const saved = new Map<string, Message | undefined>();

  function saveLoaded(): void {
    for (const roomId of rooms.joined) {
      const { messages, hasOlder } = rooms.timeline(roomId);
      if (hasOlder === null || saved.get(roomId) === messages.at(-1)) continue;
      saved.set(roomId, messages.at(-1));
      void lastSeen.save(roomId, messages);
    }
  }

  async function show(): Promise<void> {
    for (const roomId of rooms.joined) shown.set(roomId, await lastSeen.load(roomId));
  }

  const saveSoon = useDebounceFn(saveLoaded, QUIET_MS, { maxWait: 5 * QUIET_MS });
  watch(() => rooms.joined.map((roomId) => rooms.timeline(roomId)), () => void saveSoon());
  watch(lost, (now) => now !== null && void show(), { immediate: true });
  onScopeDispose(() => shown.clear());

  provide(LAST_SEEN, (roomId) => (rooms.timeline(roomId).hasOlder === null ? (shown.get(roomId) ?? []) : []));
}

export function useLastSeen(): LastSeenOf {
  return inject(LAST_SEEN, () => []);
}
