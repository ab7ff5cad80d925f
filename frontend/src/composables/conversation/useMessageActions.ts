import { useIntervalFn, useNow } from "@vueuse/core";
import { computed, type ComputedRef } from "vue";
import { useSilence } from "@/composables/composer/useSilence";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { failureOf } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import type { Actor } from "@/conversation/messageActions";
import type { Message } from "@/protocol/frames";
import { useKnownRoomsStore } from "@/stores/knownRooms";

/** How late it may be seen that a message is too old to be edited. */
const LOOK_AGAIN_MS = 60_000;

/** Who would act on messages of a room. */
export function useActor(roomId: () => string): ComputedRef<Actor> {
  const { user, serverTime } = useChat();
  const known = useKnownRoomsStore();
  const silence = useSilence(roomId);
  const looked = useNow({ scheduler: (look) => useIntervalFn(look, LOOK_AGAIN_MS) });
  return computed(() => ({
    userId: user.userId,
    role: known.roles.get(roomId()) ?? "none",
    mayWrite: silence.value === null,
    // Whenever it is looked again, by the clock that decides.
    now: looked.value && serverTime(),
  }));
}

/** Put a reaction to a message, or take it back; what fails is said on the page. */
export function useReacting(): (message: Message, emoji: string) => Promise<void> {
  const { user, react } = useChat();
  const notice = useRoomNotice();
  return async (message, emoji) => {
    const users = message.reactions?.find((reaction) => reaction.emoji === emoji)?.users ?? [];
    try {
      await react(message, emoji, !users.some(({ userId }) => userId === user.userId));
    } catch (error) {
      notice.value = { kind: "notChanged", roomId: message.roomId, failure: failureOf(error) };
    }
  };
}
