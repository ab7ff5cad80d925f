import type { Ref } from "vue";
import { useI18n } from "vue-i18n";
import { announcements, type Arrival, type Wording } from "@/conversation/announcements";
import { useAddressed } from "@/composables/people/useAddressed";
import type { Message } from "@/protocol/frames";
import { bySortKey } from "@/protocol/rooms/timeline";
import { useRoomTexts } from "@/composables/rooms/useRoomTexts";
import { tells } from "@/conversation/notifyLevel";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { useArrivals } from "./useArrivals";
import { useToldLines, type Line } from "./useToldLines";
import { useNames } from "@/composables/page/useNames";

/** What is told of arriving messages. */
export function useAnnouncements(ownUserId: string): Ref<readonly Line[]> {
  const { t } = useI18n();
  const rooms = useRoomsStore();
  const choices = useRoomChoicesStore();
  const isAddressed = useAddressed();
  const nameOf = useNames();
  const textOf = useRoomTexts();

  const words: Wording = {
    said: (name, content) => t("conversation.said", { name, content }),
    repeated: (name, content, count) => t("announce.repeated", { name, content, count }),
    several: (count, name, content) => t("announce.several", { count, name, content }),
    mentions: (name) => t("mentions.by", { name }),
    mentionsElsewhere: (name, roomId) => textOf("mentions.byIn", roomId, { name }),
    elsewhere: (count, roomId) => textOf("announce.elsewhere", roomId, { count }, count),
    elsewhereInAll: (count) => t("announce.elsewhereInAll", { count }),
  };

  function arrivalOf(message: Message): Arrival {
    const { roomId, username, content } = message;
    return { roomId, name: nameOf(username), content, addressed: isAddressed(message) };
  }

  /** Of another room no more than the user chose to be told of it. */
  function isWanted(message: Message): boolean {
    return message.roomId === rooms.active || tells(choices.levelOf(message.roomId), isAddressed(message));
  }

  const { lines, gather } = useToldLines<Message>((messages) => {
    // Pushes may overtake each other; what is called the last is the last of the conversation.
    const arrivals = messages.filter(isWanted).toSorted(bySortKey).map(arrivalOf);
    return announcements(arrivals, rooms.active, words);
  });

  useArrivals(ownUserId, ({ messages, mentioning }) => gather(...messages, ...mentioning));
  return lines;
}
