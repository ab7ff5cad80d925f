import { useTimeoutFn } from "@vueuse/core";
import { nextTick, onScopeDispose, ref, watch, type Ref } from "vue";
import type { useHistory } from "@/composables/conversation/useHistory";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import type { Row } from "@/conversation/rows";
import type { Message } from "@/protocol/frames";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { useJump, type Jump } from "./useJump";

interface JumpingOptions {
  roomId: string;
  history: ReturnType<typeof useHistory>;
  rows: Ref<readonly Row[]>;
  /** Whether the list has come to where it opens. */
  opened: Ref<boolean>;
  toEnd: () => void;
  toRow: (index: number, align: "center") => void;
  focusRow: (index: number) => Promise<void>;
}

/** Long enough to be found by an eye that looks for it. */
const HIGHLIGHT_MS = 4_000;

/** Go where a link or a date leads: the message is in the middle of the list, has the focus, and stands out for a while. */
export function useJumping({ roomId, history, rows, opened, toEnd, toRow, focusRow }: JumpingOptions) {
  const jump = useJump();
  const notice = useRoomNotice();
  /** Key of the row that stands out. */
  const highlighted = ref<string | null>(null);
  const { start: dimLater, stop: stayLit } = useTimeoutFn(() => (highlighted.value = null), HIGHLIGHT_MS, { immediate: false });

  async function go(wanted: Jump): Promise<void> {
    const key = wanted.kind === "message" ? wanted.sortKey : sortKeyOf(wanted.time);
    if (isShown(wanted, key)) history.stay();
    else {
      try {
        if (!(await history.openAt(key))) return;
      } catch {
        notice.value = { kind: "messageNotLoaded", roomId };
        return;
      }
      await nextTick();
    }
    const target = history.messages.value.find(({ sortKey }) => sortKey >= key);
    if (wanted.kind === "message" && target?.sortKey !== key) notice.value = { kind: "messageGone", roomId };
    if (target) await point(target);
    else toEnd();
  }

  /** Whether the shown stretch of history begins before it, and so must have it. */
  function isShown(wanted: Jump, key: string): boolean {
    const { messages, complete } = history;
    const reached = complete.value || (messages.value[0]?.sortKey ?? key) < key;
    return messages.value.some(({ sortKey }) => (wanted.kind === "message" ? sortKey === key : reached && sortKey >= key));
  }

  async function point(target: Message): Promise<void> {
    const index = rows.value.findIndex((row) => row.key === target.messageId);
    toRow(index, "center");
    stayLit();
    highlighted.value = target.messageId;
    // Nobody has seen it before it is drawn, which on a slow device may take as long.
    await focusRow(index);
    if (highlighted.value === target.messageId) dimLater();
  }

  watch(
    [jump, opened],
    ([wanted, isOpened]) => {
      if (wanted?.roomId !== roomId || !isOpened) return;
      jump.value = null;
      void go(wanted);
    },
    { immediate: true, flush: "post" },
  );
  onScopeDispose(() => jump.value?.roomId === roomId && (jump.value = null));
  return { highlighted };
}
