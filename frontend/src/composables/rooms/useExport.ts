import { onScopeDispose, ref } from "vue";
import { askProfiles, MOST_PROFILES } from "@/composables/people/askProfiles";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { isKnown, type KnownNotice } from "@/conversation/noticeGroups";
import { PAGE_LIMIT, type Message } from "@/protocol/frames";
import { patiently } from "@/protocol/patiently";
import { fetchPageOf } from "@/protocol/rooms/pages";
import { useProfilesStore } from "@/stores/profiles";

/** Both oldest first. */
export interface History {
  readonly messages: readonly Message[];
  readonly notices: readonly KnownNotice[];
}

/** What was read so far, newest page first, and the cursor of the next page; null at the beginning of the room. */
interface Begun {
  readonly messages: (readonly Message[])[];
  readonly notices: (readonly KnownNotice[])[];
  before: string | null | undefined;
}
const nothingRead = (): Begun => ({ messages: [], notices: [], before: undefined });

/**
 * Read the whole history of a room, newest page first; `count` says how far it has come. What failed goes on from there
 * the next time: of a large room a lost connection shall not cost minutes.
 */
export function useExport(roomId: string) {
  const chat = useChat();
  const profiles = useProfilesStore();
  const { busy, failure, ask } = useAsking();
  const count = ref(0);
  const fetchPage = fetchPageOf((data) => patiently(() => chat.ask("getMessages", data)), roomId);
  let begun = nothingRead();
  let gone = false;
  onScopeDispose(() => (gone = true));

  /** All that was said and noted, and who the notices are about; undefined if it failed, or nobody waits for it any more. */
  async function readAll(): Promise<History | undefined> {
    return ask(async () => {
      const { messages, notices } = begun;
      if (begun.before === undefined) count.value = 0;
      while (begun.before !== null && !gone) {
        const page = await fetchPage({ limit: PAGE_LIMIT, ...(begun.before === undefined ? {} : { before: begun.before }) });
        const kept = page.messages.filter(({ deletedAt }) => deletedAt === undefined);
        messages.push(kept);
        notices.push(page.notices.filter(isKnown));
        count.value += kept.length;
        begun.before = page.nextCursor;
      }
      const history = { messages: messages.toReversed().flat(), notices: notices.toReversed().flat() };
      await learnNames(history.notices);
      begun = nothingRead();
      return gone ? undefined : history;
    });
  }

  async function learnNames(notices: readonly KnownNotice[]): Promise<void> {
    const people = new Set(notices.flatMap(({ userId, about }) => (about === undefined ? [userId] : [userId, about])));
    let unknown = [...people].filter((userId) => !profiles.known.has(userId) && !profiles.absent.has(userId));
    while (unknown.length > 0 && !gone) {
      const userIds = unknown.slice(0, MOST_PROFILES);
      const left = await patiently(() => askProfiles(chat.ask, userIds));
      unknown = [...left, ...unknown.slice(MOST_PROFILES)];
    }
  }

  return { busy, failure, count, readAll };
}
