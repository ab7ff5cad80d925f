import { useDebounceFn } from "@vueuse/core";
import { computed, onMounted, ref, shallowRef, watch } from "vue";
import { useChat } from "@/composables/session/useChat";
import type { ListedRoom } from "@/protocol/roomFrames";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useAsking } from "./useAsking";

/** The server looks for the query page by page: so many without a find are read on before one has to ask for more. */
const PAGES_READ_ON = 5;
const TYPING_PAUSE_MS = 300;

/** The public rooms that match a query, as far as they are loaded. */
export function useDirectory() {
  const chat = useChat();
  const known = useKnownRoomsStore();
  const { busy, failure, ask } = useAsking();
  const query = ref("");
  const rooms = shallowRef<readonly ListedRoom[]>([]);
  /** The query that `rooms` answer; null before the first answer. */
  const answered = ref<string | null>(null);
  const loaded = computed(() => answered.value !== null);
  let cursor: string | null = null;
  const hasMore = ref(false);

  async function load(): Promise<void> {
    const asked = query.value.trim();
    await ask(async () => {
      for (let page = 0; page < PAGES_READ_ON; page++) {
        const reply = await chat.ask("listRooms", { query: asked, ...(cursor === null ? {} : { cursor }) });
        if (reply.type !== "rooms" || asked !== query.value.trim()) return;
        const { rooms: found, nextCursor } = reply.data;
        found.forEach(known.learn);
        rooms.value = [...rooms.value, ...found];
        cursor = nextCursor;
        hasMore.value = nextCursor !== null;
        if (found.length > 0 || nextCursor === null) break;
      }
      answered.value = asked;
    });
    // Typed on meanwhile: what came answers a question that nobody has any more.
    if (asked !== query.value.trim()) await search();
  }

  async function search(): Promise<void> {
    if (busy.value) return;
    cursor = null;
    rooms.value = [];
    hasMore.value = false;
    await load();
  }

  /** Whether `rooms` answer what is asked now: until then nobody can say that there is none. */
  const settled = computed(() => answered.value === query.value.trim() && !busy.value && failure.value === null);

  onMounted(search);
  watch(
    query,
    useDebounceFn(() => (settled.value ? undefined : search()), TYPING_PAUSE_MS),
  );
  return { query, rooms, loaded, settled, hasMore, busy, failure, load, search };
}
