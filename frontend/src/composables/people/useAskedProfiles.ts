import { useDebounceFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import type { Chat } from "@/composables/session/useChat";
import { useConnectionStore } from "@/stores/connection";
import { useProfilesStore } from "@/stores/profiles";

/** What comes on the screen together is asked for together; the server takes so many at once. */
const GATHER_MS = 100;
const MOST = 100;

/** Ask the server for the profiles that the page wants, while there is a connection. */
export function useAskedProfiles(chat: Pick<Chat, "ask">): void {
  const profiles = useProfilesStore();
  const { wanted } = storeToRefs(profiles);
  const { state } = storeToRefs(useConnectionStore());

  const putOff: string[] = [];

  async function ask(): Promise<void> {
    while (state.value.kind === "online" && wanted.value.length > 0) {
      const userIds = profiles.take(MOST);
      try {
        const reply = await chat.ask("getProfiles", { userIds });
        if (reply.type === "profiles") profiles.learnAnswer(userIds, reply.data.profiles);
      } catch {
        // Nothing waits for it: the next connection asks again, and nobody asks without end.
        putOff.push(...userIds);
        return;
      }
    }
  }

  const askSoon = useDebounceFn(() => void ask(), GATHER_MS);
  watch(wanted, () => void askSoon(), { immediate: true });
  watch(
    () => state.value.kind,
    (kind) => {
      if (kind !== "online") return;
      profiles.giveBack(putOff.splice(0));
      void askSoon();
    },
  );
}
