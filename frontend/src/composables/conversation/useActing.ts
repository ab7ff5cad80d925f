import { nextTick } from "vue";
import type { MessageAction } from "@/conversation/messageActions";
import type { Message } from "@/protocol/frames";
import { useChanging } from "./useChanging";

/** Begin what was chosen for a message. */
export function useActing(): (message: Message, action: Exclude<MessageAction, "react">) => Promise<void> {
  const { edited, removed, answered } = useChanging();
  return async (message, action) => {
    if (action === "edit") edited.value = message;
    else if (action === "remove") removed.value = message;
    else {
      answered.set(message.roomId, message);
      await nextTick();
      document.querySelector<HTMLElement>("[data-testid=composer]")?.focus();
    }
  };
}
