import { nextTick } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { failureOf } from "@/composables/rooms/useAsking";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { useChat } from "@/composables/session/useChat";
import type { ButtonAction } from "@/conversation/messageActions";
import type { Message } from "@/protocol/frames";
import { useChanging } from "./useChanging";

/** Do, or begin, what was chosen for a message; what fails at once is said on the page. */
export function useActing(): (message: Message, action: ButtonAction) => Promise<void> {
  const { edited, removed, answered } = useChanging();
  const chat = useChat();
  const dialog = useRoomDialog();
  const notice = useRoomNotice();
  return async (message, action) => {
    if (action === "edit") edited.value = message;
    else if (action === "remove") removed.value = message;
    else if (action === "versions") dialog.value = { kind: "versions", roomId: message.roomId, sortKey: message.sortKey };
    else if (action === "report") dialog.value = { kind: "report", roomId: message.roomId, sortKey: message.sortKey };
    else if (action === "pin" || action === "unpin") {
      await chat.pin(message, action === "pin").catch((error: unknown) => {
        notice.value = { kind: "notChanged", roomId: message.roomId, failure: failureOf(error) };
      });
    } else {
      answered.set(message.roomId, message);
      await nextTick();
      document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
    }
  };
}
