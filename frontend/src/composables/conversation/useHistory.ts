import { computed, onScopeDispose, ref, shallowRef, watch } from "vue";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import { useChat } from "@/composables/session/useChat";
import { useLastShown } from "@/composables/session/useLastShown";
import { PAGE_LIMIT, type Message } from "@/protocol/frames";
import { EXCERPT_PAGE, changedBy, cursorBefore, excerptOf, meets, takenIn, withNewer, withOlder, type Excerpt } from "@/protocol/rooms/excerpt";
import { noticesAmong } from "@/protocol/rooms/notices";
import { fetchPageOf, pageWithMessages } from "@/protocol/rooms/pages";
import type { Page } from "@/protocol/rooms/recovery";
import { includes, merge } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";

export type LoadState = "idle" | "loading" | "failed";

/**
 * The messages of a room that are shown: its end, or the excerpt that a link or a date led to.
 *
 * Older and newer pages are loaded on demand: one at a time, and not again after a failure until the user says so.
 */
export function useHistory(roomId: string) {
  const chat = useChat();
  const rooms = useRoomsStore();
  const lastShown = useLastShown();
  const fetchPage = fetchPageOf((data) => chat.ask("getMessages", data), roomId);
  const excerpt = shallowRef<Excerpt | null>(null);
  const state = ref<LoadState>("idle");
  let failed = loadOlder;
  /** Counts what was asked to be shown: an answer to an earlier wish comes too late. */
  let wish = 0;
  onScopeDispose(stay);

  const timeline = computed(() => rooms.timeline(roomId));
  const changes = computed(() => timeline.value.changes);
  // The timeline forgets changes when they are settled; what is shown of them stays.
  watch(changes, () => {
    if (excerpt.value) excerpt.value = changedBy(excerpt.value, changes.value);
  });
  const loaded = computed(() => timeline.value.hasOlder !== null);
  const messages = computed((): readonly Message[] => {
    if (excerpt.value) return excerpt.value.messages;
    return loaded.value ? timeline.value.messages : merge(lastShown(roomId), timeline.value.messages);
  });
  const notices = computed(() => {
    const { notices: known } = excerpt.value ?? timeline.value;
    return noticesAmong(known, messages.value, complete.value);
  });
  /** Whether the first message is the first of the room. */
  const complete = computed(() => (excerpt.value ? !excerpt.value.hasOlder : timeline.value.hasOlder === false));
  /** Whether the room's end is shown, and not an excerpt. */
  const present = computed(() => excerpt.value === null);

  /**
   * Show the history around a sort key, or the beginning of one. Rejects with what the protocol has for errors.
   *
   * @returns whether it is shown; not if something else is wanted by then, whatever became of this
   */
  async function openAt(sortKey: string): Promise<boolean> {
    const mine = ++wish;
    try {
      const around = await pagesAround(sortKey);
      if (mine !== wish) return false;
      forgetFailure();
      show(around);
    } catch (error) {
      if (mine === wish) throw error;
    }
    return mine === wish;
  }

  /** What was changed while there was no connection nobody is told of: the excerpt is read anew. */
  async function readAnew(): Promise<void> {
    const shown = excerpt.value;
    const last = shown?.messages.at(-1)?.sortKey ?? "";
    const read: Message[] = [];
    for (let cursor: string | null = cursorBefore(shown?.messages[0]?.sortKey ?? "#"); cursor !== null && cursor < last; ) {
      const page = await fetchPage({ limit: PAGE_LIMIT, after: cursor });
      read.push(...page.messages.filter(({ sortKey }) => sortKey <= last));
      cursor = page.nextCursor;
    }
    // By now it may have more, or be another one: of what was read, it takes what it has.
    const now = excerpt.value;
    if (now) excerpt.value = { ...now, messages: merge(now.messages, read.filter(({ sortKey }) => includes(now.messages, sortKey)), changes.value) };
  }
  useAskedOnline(readAnew);

  /** What is shown stays, also if something else was asked for. */
  function stay(): void {
    wish++;
  }

  async function pagesAround(sortKey: string): Promise<Excerpt> {
    const spans = [{ before: sortKey }, { after: cursorBefore(sortKey) }];
    const asked = spans.map((span) => pageWithMessages(fetchPage, { limit: EXCERPT_PAGE, ...span }));
    const [older, newer] = (await Promise.all(asked)) as [Page, Page];
    return excerptOf(older, newer);
  }

  function show(next: Excerpt): void {
    if (meets(next, timeline.value)) {
      rooms.update(roomId, (current) => takenIn(next, current));
      excerpt.value = null;
    } else excerpt.value = changedBy(next, changes.value);
  }

  /** It was one of what is shown no more. */
  function forgetFailure(): void {
    if (state.value === "failed") state.value = "idle";
  }

  function close(): void {
    stay();
    forgetFailure();
    excerpt.value = null;
  }

  async function whileLoading(load: () => Promise<void>, again: () => Promise<void>): Promise<void> {
    if (state.value !== "idle") return;
    state.value = "loading";
    try {
      await load();
      state.value = "idle";
    } catch {
      // Whatever it was, the user sees that it failed and can repeat it.
      failed = again;
      state.value = "failed";
    }
  }

  async function loadOlder(): Promise<void> {
    if (complete.value || !loaded.value) return;
    await whileLoading(async () => {
      const shown = excerpt.value;
      const first = shown?.messages[0];
      if (!shown || !first) return chat.loadOlder(roomId);
      const page = await pageWithMessages(fetchPage, { limit: PAGE_LIMIT, before: first.sortKey });
      if (excerpt.value === shown) show(withOlder(shown, page));
    }, loadOlder);
  }

  async function loadNewer(): Promise<void> {
    const shown = excerpt.value;
    const last = shown?.messages.at(-1);
    if (!shown || !last) return close();
    await whileLoading(async () => {
      const page = await pageWithMessages(fetchPage, { limit: PAGE_LIMIT, after: last.sortKey });
      if (excerpt.value === shown) show(withNewer(shown, page));
    }, loadNewer);
  }

  function retry(): void {
    state.value = "idle";
    void failed();
  }

  return { timeline, loaded, messages, notices, complete, present, state, openAt, stay, close, loadOlder, loadNewer, retry };
}
