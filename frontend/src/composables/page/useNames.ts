import { useI18n } from "vue-i18n";
import { displayName } from "@/conversation/displayName";
import { useProfilesStore } from "@/stores/profiles";

/**
 * Names as they are shown: of whom it is known what they are called by now, that; one that shows nothing is said to be none.
 */
export function useNames(): (username: string, userId?: string) => string {
  const { t } = useI18n();
  const profiles = useProfilesStore();
  return (username, userId) => {
    const profile = userId === undefined ? undefined : profiles.known.get(userId);
    return displayName(profile?.displayName ?? "") || displayName(username) || t("members.nameless");
  };
}

/** The same of whom nothing but the id is at hand: nothing is known of them before the server has answered, and then perhaps that they are gone. */
export function useNamesById(): (userId: string) => string {
  const { t } = useI18n();
  const profiles = useProfilesStore();
  return (userId) => {
    const profile = profiles.known.get(userId);
    if (profile) return displayName(profile.displayName) || t("members.nameless");
    return profiles.absent.has(userId) ? t("account.nobody") : "…";
  };
}
