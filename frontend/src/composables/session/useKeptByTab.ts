import { useEventListener } from "@vueuse/core";
import { v4 } from "uuid";
import { onScopeDispose, watch } from "vue";
import { queue } from "@/protocol/outbox/outbox";
import { useDraftsStore } from "@/stores/drafts";
import { useOutboxStore } from "@/stores/outbox";
import { outboxOf, outboxText } from "@/tabs/outboxText";
import { tabStorage, type TabStorage } from "@/tabs/tabStorage";
import { userKey } from "@/tabs/userKeys";

const OUTBOX = "outbox";
const DRAFT = "draft.";

/** Keep what is unsent in this tab, messages and drafts, in the browser, and take over what tabs that are gone have left. */
export function useKeptByTab(userId: string): void {
  const kept = tabStorage({
    storage: localStorage,
    locks: navigator.locks,
    prefix: userKey(userId, "tab."),
    tabId: v4(),
  });
  keepOutbox(kept);
  keepDrafts(kept);
  kept.takeOver();
  // Another tab may have begun to keep something.
  useEventListener(window, "storage", kept.takeOver);
  onScopeDispose(kept.end);
}

function keepOutbox(kept: TabStorage): void {
  const outbox = useOutboxStore();
  outbox.clear();
  watch(() => outbox.entries, (entries) => kept.write(OUTBOX, outboxText(entries)), { flush: "sync" });
  kept.inherit((name, text) => {
    if (name !== OUTBOX) return false;
    outbox.entries = outboxOf(text).reduce(queue, outbox.entries);
    // Also where nothing is new: without locks another tab has taken this one's, and its copy is removed now.
    kept.write(OUTBOX, outboxText(outbox.entries));
    return true;
  });
}

function keepDrafts(kept: TabStorage): void {
  const drafts = useDraftsStore();
  drafts.clear();
  watch(
    () => new Map(drafts.texts),
    (now, before) => {
      for (const [roomId, text] of now) if (before.get(roomId) !== text) kept.write(DRAFT + roomId, text);
      for (const roomId of before.keys()) if (!now.has(roomId)) kept.write(DRAFT + roomId, null);
    },
    { flush: "sync" },
  );
  kept.inherit((name, text) => {
    const roomId = name.slice(DRAFT.length);
    // What is written here already is never overwritten; the other text waits for a tab that has room for it.
    if (!name.startsWith(DRAFT) || drafts.textOf(roomId) !== "") return false;
    drafts.write(roomId, text);
    return true;
  });
}
