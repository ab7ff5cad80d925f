import { onScopeDispose, ref } from "vue";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { accountFile } from "@/conversation/accountExport";
import type { ExportFormat } from "@/conversation/roomExport";
import { RequestRefused } from "@/protocol/errors";
import { PAGE_LIMIT, type Action, type Actions, type Reply } from "@/protocol/frames";
import { patiently } from "@/protocol/patiently";
import type { Membership } from "@/protocol/roomFrames";

/** Before everything that was ever said. */
const BEGINNING = "0000000000000#";

/** Read all that belongs to one's account; `count` says how many messages have been read. */
export function useAccountExport() {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const count = ref(0);
  let wanted: object | null = null;
  onScopeDispose(cancel);

  /** The parts of the file; undefined if it failed, or nobody waits for it any more. */
  async function readAll(format: ExportFormat): Promise<readonly string[] | undefined> {
    const mine = {};
    return ask(async () => {
      wanted = mine;
      count.value = 0;
      const { userId, username } = chat.user;
      const [profile] = (await answer("getProfiles", { userIds: [userId] }, "profiles")).data.profiles;
      const memberships = await allMemberships(() => wanted === mine);
      const file = accountFile({ userId, username, memberships, ...(profile ? { profile } : {}) }, format);
      for (let after: string | null = BEGINNING; after !== null && wanted === mine; ) {
        const page: Extract<Reply, { type: "messageHistory" }> = await answer("getMessages", { userId, limit: PAGE_LIMIT, after }, "messageHistory");
        const kept = page.data.filter(({ deletedAt }) => deletedAt === undefined);
        file.add(kept);
        count.value += kept.length;
        after = page.nextCursor;
      }
      return wanted === mine ? file.end() : undefined;
    });
  }

  function cancel(): void {
    wanted = null;
  }

  async function allMemberships(isWanted: () => boolean): Promise<readonly Membership[]> {
    const found: Membership[] = [];
    for (let cursor: string | null | undefined; cursor !== null && isWanted(); ) {
      const { data }: Extract<Reply, { type: "memberships" }> = await answer("myRooms", cursor ? { cursor } : {}, "memberships");
      found.push(...data.memberships);
      cursor = data.nextCursor;
    }
    return found;
  }

  async function answer<A extends Action, T extends Reply["type"]>(action: A, data: Actions[A], type: T): Promise<Extract<Reply, { type: T }>> {
    const reply = await patiently(() => chat.ask(action, data));
    if (reply.type !== type) throw new RequestRefused("INTERNAL");
    return reply as Extract<Reply, { type: T }>;
  }

  return { busy, failure, count, readAll, cancel };
}
