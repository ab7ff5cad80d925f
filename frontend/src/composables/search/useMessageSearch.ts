import { useDebounceFn } from "@vueuse/core";
import { onMounted, ref, shallowRef, watch } from "vue";
import { useKeptCurrent } from "@/composables/conversation/useKeptCurrent";
import { useAsking } from "@/composables/rooms/useAsking";
import { useSections } from "@/composables/rooms/useSections";
import { useChat } from "@/composables/session/useChat";
import type { Message } from "@/protocol/frames";

/** The server reads so much a page: so many without a find are read on before one has to ask for more. */
const PAGES_READ_ON = 5;
const ROOMS_A_PAGE = 50;
const TYPING_PAUSE_MS = 300;

/** Messages with the words of `query`, in the room `roomId`, or in all of the user's rooms where that is null. */
export function useMessageSearch(initialRoomId: string | null, words = "") {
  const chat = useChat();
  const { order } = useSections();
  const { busy, failure, ask } = useAsking();
  const query = ref(words);
  /** The query that `results` answer. */
  const answered = ref("");
  const roomId = ref(initialRoomId);
  /** What was found, of each room the newest first; null before the first answer. */
  const results = shallowRef<readonly Message[] | null>(null);
  useKeptCurrent(results);
  /** Rooms that have more than is told where all are searched. */
  const moreIn = shallowRef<readonly string[]>([]);
  const hasMore = ref(false);
  /** Where the next page begins: of the rooms the one that is searched next, of a room the place in it. */
  let cursor: string | null = null;
  /** All of the user's rooms as they stood when the search began: a new message puts them in another order. */
  let searched: readonly string[] = [];
  let roomsDone = 0;

  async function load(): Promise<void> {
    const asked = { query: query.value, roomId: roomId.value };
    const isStillAsked = () => asked.query === query.value && asked.roomId === roomId.value;
    await ask(async () => {
      for (let page = 0; page < PAGES_READ_ON; page++) {
        const rooms = searched.slice(roomsDone, roomsDone + ROOMS_A_PAGE);
        const where = asked.roomId === null ? { roomIds: rooms } : { roomId: asked.roomId };
        const reply = await chat.ask("searchMessages", { query: asked.query, ...where, ...(cursor === null ? {} : { cursor }) });
        if (reply.type !== "searchResults" || !isStillAsked()) return;
        const isFirst = cursor === null && roomsDone === 0;
        const { messages, moreIn: more, nextCursor } = reply.data;
        results.value = isFirst ? messages : [...(results.value ?? []), ...messages];
        moreIn.value = isFirst ? more : [...moreIn.value, ...more];
        answered.value = asked.query;
        cursor = nextCursor;
        if (asked.roomId === null && cursor === null) roomsDone += ROOMS_A_PAGE;
        hasMore.value = cursor !== null || (asked.roomId === null && roomsDone < searched.length);
        if (messages.length > 0 || !hasMore.value) return;
      }
    });
    // Typed on meanwhile: what came answers a question that nobody has any more.
    if (!isStillAsked()) await search();
  }

  /** Search anew. What was found stays until there is an answer. */
  async function search(): Promise<void> {
    if (busy.value) return;
    cursor = null;
    searched = order.value;
    roomsDone = 0;
    hasMore.value = false;
    if (query.value.trim() !== "") return load();
    results.value = null;
    moreIn.value = [];
  }

  onMounted(search);
  watch(query, useDebounceFn(search, TYPING_PAUSE_MS));
  watch(roomId, () => {
    results.value = null;
    moreIn.value = [];
    void search();
  });
  return { query, answered, roomId, results, moreIn, hasMore, busy, failure, load, search };
}
