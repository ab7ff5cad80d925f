import type { Chat } from "@/composables/session/useChat";
import { RequestRefused } from "@/protocol/errors";
import { useProfilesStore } from "@/stores/profiles";

/** As many users as the server tells of at once. */
export const MOST_PROFILES = 100;

/**
 * Asks what users are called, MOST_PROFILES of them at most, and keeps the answer.
 *
 * @returns those who did not fit into it, to be asked for next
 * @throws RequestRefused where it tells of nobody: to be asked again after a pause, as where it was too fast
 */
export async function askProfiles(ask: Chat["ask"], userIds: readonly string[]): Promise<readonly string[]> {
  const reply = await ask("getProfiles", { userIds });
  if (reply.type !== "profiles") return [];
  const { profiles, left } = reply.data;
  if (left.length >= userIds.length) throw new RequestRefused("RATE_LIMITED");
  useProfilesStore().learnAnswer(userIds.filter((userId) => !left.includes(userId)), profiles);
  return left;
}
