import { computed } from "vue";
import { useDraftsStore } from "@/stores/drafts";

/** The unsent text of a room, in this tab: another tab has its own. */
export function useDraft(roomId: () => string) {
  const drafts = useDraftsStore();
  return computed({ get: () => drafts.textOf(roomId()), set: (text) => drafts.write(roomId(), text) });
}
