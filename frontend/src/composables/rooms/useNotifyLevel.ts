import { computed } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useChat } from "@/composables/session/useChat";
import type { NotifyLevel } from "@/conversation/notifyLevel";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { failureOf } from "./useAsking";

/** What of a room the user wants to be told; the account keeps it, so that all devices agree. */
export function useNotifyLevel(roomId: () => string) {
  const chat = useChat();
  const choices = useRoomChoicesStore();
  const notice = useRoomNotice();
  const level = computed(() => choices.levelOf(roomId()));

  /** At once here; taken back to what the account has, and said so, where it did not take it. */
  async function choose(chosen: NotifyLevel): Promise<void> {
    const room = roomId();
    try {
      await choices.chooseLevel(room, chosen, (notify) => chat.ask("setNotify", { roomId: room, notify }));
    } catch (error) {
      notice.value = { kind: "levelNotKept", roomId: room, failure: failureOf(error) };
    }
  }

  return { level, choose };
}
