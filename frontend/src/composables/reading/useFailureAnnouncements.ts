import type { Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoomTexts } from "@/composables/rooms/useRoomTexts";
import { useOutboxStore } from "@/stores/outbox";
import { useToldLines, type Line } from "./useToldLines";

/**
 * What is told of messages that fail: each once, when it fails, in whichever room. A row can't tell it,
 * which is drawn for an entry that has failed by then, drawn again, or not drawn at all.
 */
export function useFailureAnnouncements(): Ref<readonly Line[]> {
  const { t } = useI18n();
  const outbox = useOutboxStore();
  const textOf = useRoomTexts();
  const { lines, gather } = useToldLines<{ roomId: string; reason: string }>((failed) =>
    [...Map.groupBy(failed, ({ roomId }) => roomId)].flatMap(([roomId, ofRoom]) =>
      [...Map.groupBy(ofRoom, ({ reason }) => reason)].map(([reason, { length: count }]) =>
        textOf("announce.failed", roomId, { count, reason: t(`error.${reason}`) }, count),
      ),
    ),
  );

  outbox.$onAction(({ name, args: [clientMessageId, reason] }) => {
    if (name !== "fail") return;
    const entry = outbox.entries.find((each) => each.clientMessageId === clientMessageId);
    if (entry) gather({ roomId: entry.roomId, reason: reason as string });
  });
  return lines;
}
