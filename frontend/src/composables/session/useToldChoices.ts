import { storeToRefs } from "pinia";
import { watch } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import { mayPass, RequestRefused } from "@/protocol/errors";
import { useRoomChoicesStore, type KeptChoices } from "@/stores/roomChoices";

/**
 * Tell the account which rooms are favourites and marked as unread, for its other browsers.
 *
 * What it never hears, or perhaps heard after something else, is told with the next choice or connection; what it refuses is taken back, and said so.
 */
export function useToldChoices(chat: Pick<Chat, "ask">): void {
  const choices = useRoomChoicesStore();
  const { untold } = storeToRefs(choices);
  const notice = useRoomNotice();

  /** What is chosen anew, or taken back, while it is told is told, too. */
  async function tell(): Promise<void> {
    for (let [roomId] = untold.value; roomId !== undefined; [roomId] = untold.value) {
      const chosen = choices.chosen(roomId);
      try {
        await chat.ask("setChoices", { roomId, ...chosen });
      } catch (error) {
        if (!(error instanceof RequestRefused)) choices.doubt(roomId);
        if (!(error instanceof RequestRefused) || mayPass(error)) throw error;
        takeBack(roomId, chosen);
      }
      choices.told(roomId, chosen);
    }
  }

  function takeBack(roomId: string, { favourite, markedUnread }: KeptChoices): void {
    if (!favourite && !markedUnread) return;
    choices.choose("favourites", roomId, false);
    choices.choose("markedUnread", roomId, false);
    notice.value = { kind: "choiceNotKept", roomId };
  }

  watch(untold, useAskedOnline(tell));
}
