import { useDebounceFn } from "@vueuse/core";
import { ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { announcements, type Arrival, type Wording } from "@/conversation/announcements";
import { useAddressed } from "@/composables/people/useAddressed";
import type { Message } from "@/protocol/frames";
import { bySortKey } from "@/protocol/rooms/timeline";
import { useRoomTitles } from "@/composables/rooms/useRoomTitles";
import { useRoomsStore } from "@/stores/rooms";
import { useArrivals } from "./useArrivals";
import { useNames } from "@/composables/page/useNames";

export interface Line {
  readonly id: number;
  readonly text: string;
}

/** Messages that come within this time of each other are told of together, but never later than `latest`. */
const GATHER_MS = { quiet: 500, latest: 2_500 };
/** So many stay in the page; a screen reader speaks what is added, and has spoken the older ones. */
const KEPT_LINES = 10;

/** What is told of arriving messages, the newest last. Each is a line of its own, so that the same text is told again. */
export function useAnnouncements(ownUserId: string): Ref<readonly Line[]> {
  const { t } = useI18n();
  const rooms = useRoomsStore();
  const isAddressed = useAddressed();
  const nameOf = useNames();
  const titleOf = useRoomTitles();
  const lines = ref<readonly Line[]>([]);
  let waiting: Message[] = [];
  let lastId = 0;

  const words: Wording = {
    said: (name, content) => t("conversation.said", { name, content }),
    repeated: (name, content, count) => t("announce.repeated", { name, content, count }),
    several: (count, name, content) => t("announce.several", { count, name, content }),
    mentions: (name) => t("mentions.by", { name }),
    mentionsElsewhere: (name, roomId) => t("mentions.byIn", { name, room: titleOf(roomId) }),
    elsewhere: (count, roomId) => t("announce.elsewhere", { count, room: titleOf(roomId) }, count),
    elsewhereInAll: (count) => t("announce.elsewhereInAll", { count }),
  };

  function arrivalOf(message: Message): Arrival {
    const { roomId, username, content } = message;
    return { roomId, name: nameOf(username), content, addressed: isAddressed(message) };
  }

  const tell = useDebounceFn(
    () => {
      // Pushes may overtake each other; what is called the last is the last of the conversation.
      const arrivals = waiting.toSorted(bySortKey).map(arrivalOf);
      const told = announcements(arrivals, rooms.active, words).map((text) => ({ id: ++lastId, text }));
      waiting = [];
      lines.value = [...lines.value, ...told].slice(-KEPT_LINES);
    },
    GATHER_MS.quiet,
    { maxWait: GATHER_MS.latest },
  );

  useArrivals(ownUserId, (messages) => {
    waiting.push(...messages);
    void tell();
  });
  return lines;
}
