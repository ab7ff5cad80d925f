import { useIntervalFn, useNow } from "@vueuse/core";
import { computed, watch, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";
import { useConnectionLost } from "@/composables/page/useConnectionLost";
import { useFormats } from "@/composables/page/useFormats";
import { useChat } from "@/composables/session/useChat";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";

/** How late it may be seen that it is a minute longer ago. */
const LOOK_AGAIN_MS = 30_000;

/** Whether a member of a room is there, or when they were last, if they want it told; empty where nobody knows. */
export function usePresenceText(userId: () => string, roomId: () => string): ComputedRef<string> {
  const { t } = useI18n();
  const { serverTime } = useChat();
  const { ago } = useFormats();
  const presence = usePresenceStore();
  const profiles = useProfilesStore();
  const lost = useConnectionLost();
  const looked = useNow({ scheduler: (look) => useIntervalFn(look, LOOK_AGAIN_MS) });

  /** Null before the room's members are known, where they are too many to be listed, and while there is no connection. */
  const isOnline = computed(() => {
    const { answer, users } = presence.ofRoom(roomId());
    if (lost.value !== null || !answer || !users) return null;
    return users.get(userId())?.online ?? false;
  });
  // With each look at them, and once they have left: it is another time then, of which a profile that is known does not tell.
  watch([userId, isOnline], () => isOnline.value === false && profiles.wantAnew(userId()), { immediate: true });

  return computed(() => {
    if (isOnline.value) return t("people.online");
    const at = profiles.known.get(userId())?.lastSeenAt;
    if (isOnline.value === null || at === undefined) return "";
    // Whenever it is looked again, by the clock that it was noted by.
    return t("people.lastSeen", { when: ago(at, looked.value && serverTime()) });
  });
}
