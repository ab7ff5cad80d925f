import { computed, type ComputedRef } from "vue";
import { useAccountStore } from "@/stores/account";
import { useProfilesStore } from "@/stores/profiles";

/** The handle of who is signed in; undefined until the server has told. */
export function useOwnHandle(): ComputedRef<string | undefined> {
  const account = useAccountStore();
  const profiles = useProfilesStore();
  return computed(() => profiles.known.get(account.user?.userId ?? "")?.handle);
}
