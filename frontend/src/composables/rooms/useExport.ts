import { onScopeDispose, ref } from "vue";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { RequestRefused } from "@/protocol/errors";
import { PAGE_LIMIT, type Message, type Reply } from "@/protocol/frames";
import { fetchPageOf } from "@/protocol/rooms/pages";
import { pause } from "@/protocol/wait";

/** After as many refusals in a row for going too fast, it is no matter of patience any more. */
const MOST_REFUSALS = 10;
const PATIENCE_MS = 1_000;

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

/** Again, as soon as it may be, where it was too fast. */
async function patiently(read: () => Promise<Reply>): Promise<Reply> {
  for (let refusals = 1; ; refusals++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.code !== "RATE_LIMITED" || refusals === MOST_REFUSALS) throw error;
      await pause(error.retryAfterMs ?? PATIENCE_MS);
    }
  }
}
