import { isBlank } from "@/conversation/displayName";
import type { Message } from "@/protocol/frames";
import { useDraftsStore } from "@/stores/drafts";

/**
 * Keep what was written instead of a message as the draft of its room, below what stands there.
 *
 * @returns the room whose draft has it; null where nothing was written
 */
export function keepAsDraft(message: Message, text: string | null): string | null {
  if (text === null || isBlank(text) || text === message.content) return null;
  const drafts = useDraftsStore();
  const before = drafts.textOf(message.roomId);
  drafts.write(message.roomId, before === "" ? text : `${before}\n\n${text}`);
  return message.roomId;
}
