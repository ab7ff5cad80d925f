import { useDebounceFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import { useProfilesStore } from "@/stores/profiles";
import { askProfiles, MOST_PROFILES } from "./askProfiles";

/** What comes on the screen together is asked for together. */
const GATHER_MS = 100;

/** Ask the server for the profiles that the page wants, while there is a connection. */
export function useAskedProfiles(chat: Pick<Chat, "ask">): void {
  const profiles = useProfilesStore();
  const { wanted } = storeToRefs(profiles);
  /** Asked for, and not answered. */
  let open: readonly string[] = [];

  async function ask(): Promise<void> {
    for (;;) {
      if (open.length === 0) open = profiles.take(MOST_PROFILES);
      if (open.length === 0) return;
      open = await askProfiles(chat.ask, open);
    }
  }

  const askSoon = useDebounceFn(useAskedOnline(ask), GATHER_MS);
  watch(wanted, ({ length }) => length > 0 && void askSoon());
}
