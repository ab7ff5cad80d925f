import { watch, type Ref } from "vue";
import type { Message } from "@/protocol/frames";
import { fold } from "@/protocol/rooms/fold";
import { useLoadedChanges } from "./useLoadedChanges";

/** Keep a list of messages that was asked for as they are by now: edited, reacted to, and without what was deleted since. */
export function useKeptCurrent(listed: Ref<readonly Message[] | null>): void {
  let current: readonly Message[] | null = null;
  // The timeline forgets changes when they are settled; what is listed keeps them. An answer may be older than a change, too.
  watch([listed, useLoadedChanges()], ([messages, changes], [, before]) => {
    if (!messages || (messages === current && changes === before)) return;
    const folded = messages.map((message) => fold(message, changes.get(message.roomId) ?? []));
    listed.value = current = folded.filter(({ deletedAt }) => deletedAt === undefined);
  });
}
