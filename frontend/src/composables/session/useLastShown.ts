import { useDebounceFn } from "@vueuse/core";
import { inject, onScopeDispose, provide, shallowReactive, watch, type InjectionKey } from "vue";
import { lastShownOf } from "@/lastShown";
import type { Message } from "@/protocol/frames";
import { keptMs } from "@/composables/session/useRetention";
import { useConnectionLost } from "@/composables/page/useConnectionLost";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";

/** What was last shown of a room, as long as nothing newer is loaded of it. */
export type LastShownOf = (roomId: string) => readonly Message[];
export const LAST_SHOWN: InjectionKey<LastShownOf> = Symbol("last shown");

/** What is loaded is kept after it was quiet for so long. */
const QUIET_MS = 2_000;

/** Keep the end of every loaded conversation on the device, and show it while there is no connection to load any. */
export function provideLastShown(userId: string): void {
  const rooms = useRoomsStore();
  const known = useKnownRoomsStore();
  const lost = useConnectionLost();
  const lastShown = lastShownOf(userId);
  const shown = shallowReactive(new Map<string, readonly Message[]>());
  const saved = new Map<string, { messages: readonly Message[]; kept: number | undefined }>();
  let ended = false;

  function saveLoaded(): void {
    // Signed out while it was waited: what was seen has been deleted, and stays so.
    if (ended) return;
    for (const roomId of rooms.joined) {
      const { messages, hasOlder } = rooms.timeline(roomId);
      // What was edited or deleted is not to be read here either, so that the last message says too little.
      const [kept, before] = [keptMs(known.rooms.get(roomId)), saved.get(roomId)];
      if (hasOlder === null || (before?.messages === messages && before.kept === kept)) continue;
      saved.set(roomId, { messages, kept });
      void lastShown.save(roomId, messages, kept);
    }
  }

  async function show(): Promise<void> {
    for (const roomId of rooms.joined) shown.set(roomId, await lastShown.load(roomId));
  }

  const saveSoon = useDebounceFn(saveLoaded, QUIET_MS, { maxWait: 5 * QUIET_MS });
  watch(() => rooms.joined.map((roomId) => [rooms.timeline(roomId), known.rooms.get(roomId)?.retentionDays]), () => void saveSoon());
  watch(lost, (now) => now !== null && void show(), { immediate: true });
  onScopeDispose(() => {
    ended = true;
    shown.clear();
  });

  provide(LAST_SHOWN, (roomId) => (rooms.timeline(roomId).hasOlder === null ? (shown.get(roomId) ?? []) : []));
}

export function useLastShown(): LastShownOf {
  return inject(LAST_SHOWN, () => []);
}
