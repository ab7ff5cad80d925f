import type { Chat } from "@/composables/session/useChat";
import { useProfilesStore } from "@/stores/profiles";

/** As many users as the server tells of at once. */
export const MOST_PROFILES = 100;

/**
 * Asks what users are called, MOST_PROFILES of them at most, and keeps the answer.
 *
 * @returns those who did not fit into it, to be asked for next
 */
export async function askProfiles(ask: Chat["ask"], userIds: readonly string[]): Promise<readonly string[]> {
  const reply = await ask("getProfiles", { userIds });
  if (reply.type !== "profiles") return [];
  const { profiles, left } = reply.data;
  useProfilesStore().learnAnswer(userIds.filter((userId) => !left.includes(userId)), profiles);
  return left;
}
