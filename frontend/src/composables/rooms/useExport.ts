import { onScopeDispose, ref } from "vue";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { PAGE_LIMIT, type Message } from "@/protocol/frames";
import { patiently } from "@/protocol/patiently";
import { fetchPageOf } from "@/protocol/rooms/pages";

/** Read the whole history of a room, newest page first; `count` says how far it has come. */
export function useExport(roomId: string) {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const count = ref(0);
  const fetchPage = fetchPageOf((data) => patiently(() => chat.ask("getMessages", data)), roomId);
  let gone = false;
  onScopeDispose(() => (gone = true));

  /** All messages, oldest first; undefined if it failed, or nobody waits for them any more. */
  async function readAll(): Promise<readonly Message[] | undefined> {
    count.value = 0;
    return ask(async () => {
      const pages: (readonly Message[])[] = [];
      let before: string | null | undefined;
      while (before !== null && !gone) {
        const page = await fetchPage({ limit: PAGE_LIMIT, ...(before === undefined ? {} : { before }) });
        const kept = page.messages.filter(({ deletedAt }) => deletedAt === undefined);
        pages.unshift(kept);
        count.value += kept.length;
        before = page.nextCursor;
      }
      return gone ? undefined : pages.flat();
    });
  }

  return { busy, failure, count, readAll };
}
