import type { VirtualizerHandle } from "virtua/vue";
import { onBeforeUnmount, type Ref } from "vue";
import type { Row } from "@/conversation/rows";

/** A row, and how far it is scrolled out of the list at its upper edge, CSS pixels. */
export interface Bookmark {
  readonly key: string;
  readonly offset: number;
}

interface BookmarkOptions {
  list: Ref<VirtualizerHandle | null>;
  rows: Ref<readonly Row[]>;
  /** Whether the list ends where the room does: an excerpt is not loaded any more when one comes back. */
  present: Ref<boolean>;
  atEnd: Ref<boolean>;
}

/** Where each room was left, by user and room; the end of a room is no place, it moves on. */
const places = new Map<string, Bookmark>();

/** Where the room was left, to begin there; null where that was at its end. It is noted anew when the list goes away. */
export function useBookmark(userId: string, roomId: string, { list, rows, present, atEnd }: BookmarkOptions): Bookmark | null {
  const room = `${userId}/${roomId}`;
  onBeforeUnmount(() => {
    const handle = list.value;
    const index = handle?.findItemIndex(handle.scrollOffset) ?? -1;
    const key = rows.value[index]?.key;
    places.delete(room);
    if (!handle || key === undefined || atEnd.value || !present.value) return;
    places.set(room, { key, offset: handle.scrollOffset - handle.getItemOffset(index) });
  });
  return places.get(room) ?? null;
}
