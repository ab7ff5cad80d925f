import { computed } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useChat } from "@/composables/session/useChat";
import type { NotifyLevel } from "@/conversation/notifyLevel";
import { useRoomChoicesStore } from "@/stores/roomChoices";

/** What of a room the user wants to be told; the account keeps it, so that all devices agree. */
export function useNotifyLevel(roomId: () => string) {
  const chat = useChat();
  const choices = useRoomChoicesStore();
  const notice = useRoomNotice();
  const level = computed(() => choices.levelOf(roomId()));

  /** At once here; taken back, and said so, where the account did not take it. */
  async function choose(chosen: NotifyLevel): Promise<void> {
    const [room, before] = [roomId(), level.value];
    if (chosen === before) return;
    choices.setLevel(room, chosen);
    try {
      await chat.ask("setNotify", { roomId: room, notify: chosen });
    } catch {
      if (choices.levelOf(room) !== chosen) return;
      choices.setLevel(room, before);
      notice.value = { kind: "levelNotKept", roomId: room };
    }
  }

  return { level, choose };
}
