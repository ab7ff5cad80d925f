import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import type { Reply } from "@/protocol/frames";
import { useBlocksStore } from "@/stores/blocks";
import { userKey } from "@/tabs/userKeys";
import { useStored } from "./useStored";

/** Far more than one may block. */
const MOST_PAGES = 20;

/**
 * Follow whom the account blocks, on whichever device: with each connection, and as it is pushed. The browser keeps it, so that
 * a page which opens without a network shows nothing of them either.
 */
export function useBlocks(chat: Pick<Chat, "user" | "ask" | "onAccount">): void {
  const blocks = useBlocksStore();
  blocks.clear();

  async function follow(): Promise<void> {
    const asked = blocks.asking();
    const found = new Set<string>();
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const reply: Reply = await chat.ask("listBlocked", cursor === null ? {} : { cursor });
      if (reply.type !== "blocked") return;
      for (const { userId } of reply.data.blocked) found.add(userId);
      cursor = reply.data.nextCursor;
      if (cursor === null) return blocks.hear(found, asked);
    }
    // Who is not found may be on a page that was not asked for.
    blocks.hear(new Set([...blocks.users, ...found]), asked);
  }

  useStored(userKey(chat.user.userId, "blocks"), { read: (stored) => blocks.replace(usersIn(stored)), write: () => [...blocks.users] });
  useAskedOnline(follow);
  chat.onAccount(({ type, data }) => {
    if (type === "block") blocks.put(data.userId, data.blocked);
  });
}

/** What is stored; nobody where it is something else. */
function usersIn(stored: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(stored) ? stored.filter((each) => typeof each === "string") : []);
}
