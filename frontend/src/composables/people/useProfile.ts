import { computed, watchEffect, type ComputedRef } from "vue";
import type { Profile } from "@/protocol/roomFrames";
import { useProfilesStore } from "@/stores/profiles";

/** What a user is called by now; undefined until the server has told. */
export function useProfile(userId: () => string): ComputedRef<Profile | undefined> {
  const profiles = useProfilesStore();
  watchEffect(() => profiles.want(userId()));
  return computed(() => profiles.known.get(userId()));
}
