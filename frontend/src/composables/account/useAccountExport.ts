import { onScopeDispose, ref } from "vue";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { accountFile } from "@/conversation/accountExport";
import type { ExportFormat } from "@/conversation/roomExport";
import { RequestRefused } from "@/protocol/errors";
import { PAGE_LIMIT, type Action, type Actions, type Reply } from "@/protocol/frames";
import { patiently } from "@/protocol/patiently";

/** Before everything that was ever said. */
const BEGINNING = "0000000000000#";

/** A file that is being written, and the cursor of what comes next in it; null at the end. */
interface Begun {
  readonly format: ExportFormat;
  readonly file: ReturnType<typeof accountFile>;
  after: string | null;
}

/**
 * Read all that belongs to one's account; `count` says how many messages have been read. What failed goes on from there
 * the next time, unless it is cancelled or to be written otherwise.
 */
export function useAccountExport() {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const count = ref(0);
  let wanted: object | null = null;
  let begun: Begun | null = null;
  onScopeDispose(cancel);

  /** The parts of the file; undefined if it failed, or nobody waits for it any more. */
  async function readAll(format: ExportFormat): Promise<readonly string[] | undefined> {
    const mine = {};
    return ask(async () => {
      wanted = mine;
      const going = begun?.format === format ? begun : await begin(format, () => wanted === mine);
      if (wanted !== mine) return undefined;
      begun = going;
      while (going.after !== null && wanted === mine) {
        const asked = { userId: chat.user.userId, limit: PAGE_LIMIT, after: going.after };
        const page = await answer("getMessages", asked, "messageHistory");
        const kept = page.data.filter(({ deletedAt }) => deletedAt === undefined);
        going.file.add(kept);
        count.value += kept.length;
        going.after = further(page.nextCursor, going.after);
      }
      if (wanted !== mine) return undefined;
      begun = null;
      return going.file.end();
    });
  }

  async function begin(format: ExportFormat, isWanted: () => boolean): Promise<Begun> {
    count.value = 0;
    const { userId, username } = chat.user;
    const [profile] = (await answer("getProfiles", { userIds: [userId] }, "profiles")).data.profiles;
    const ofRooms = await allPages((at) => answer("myRooms", at, "memberships"), isWanted);
    const ofBlocked = await allPages((at) => answer("listBlocked", at, "blocked"), isWanted);
    const memberships = ofRooms.flatMap((page) => page.memberships);
    const blocked = ofBlocked.flatMap((page) => page.blocked.map((each) => each.userId));
    return { format, file: accountFile({ userId, username, memberships, blocked, ...(profile ? { profile } : {}) }, format), after: BEGINNING };
  }

  function cancel(): void {
    wanted = null;
    begun = null;
  }

  async function allPages<P extends { nextCursor: string | null }>(read: (at: { cursor?: string }) => Promise<{ data: P }>, isWanted: () => boolean): Promise<readonly P[]> {
    const pages: P[] = [];
    for (let cursor: string | null | undefined; cursor !== null && isWanted(); ) {
      const { data }: { data: P } = await read(cursor ? { cursor } : {});
      pages.push(data);
      cursor = further(data.nextCursor, cursor);
    }
    return pages;
  }

  async function answer<A extends Action, T extends Reply["type"]>(action: A, data: Actions[A], type: T): Promise<Extract<Reply, { type: T }>> {
    const reply = await patiently(() => chat.ask(action, data));
    if (reply.type !== type) throw new RequestRefused("INTERNAL");
    return reply as Extract<Reply, { type: T }>;
  }

  return { busy, failure, count, readAll, cancel };
}

/** The cursor of the next page, which is another than this one's: nobody would come to the end. */
function further(next: string | null, now: string | undefined): string | null {
  if (next !== null && next === now) throw new RequestRefused("INTERNAL");
  return next;
}
