import { defineStore } from "pinia";
import { ref, shallowReactive } from "vue";
import type { Message } from "@/protocol/frames";
import type { Profile } from "@/protocol/roomFrames";

/** What users are called by now, as far as it was asked for; and about whom it is to be asked. */
export const useProfilesStore = defineStore("profiles", () => {
  const known = shallowReactive(new Map<string, Profile>());
  /** Who was asked about, and has no profile: an account that was deleted. */
  const absent = shallowReactive(new Set<string>());
  const wanted = ref<readonly string[]>([]);
  const asked = new Set<string>();
  /** By user: the newest message that was seen of them. */
  const newest = new Map<string, Pick<Message, "sortKey" | "username">>();

  function learn(profile: Profile): void {
    known.set(profile.userId, profile);
    absent.delete(profile.userId);
  }

  /** The server was asked about these users, and knows of those it has told about alone. */
  function learnAnswer(userIds: readonly string[], profiles: readonly Profile[]): void {
    profiles.forEach(learn);
    for (const userId of userIds) if (!profiles.some((each) => each.userId === userId)) absent.add(userId);
  }

  /** Ask about a user, once. */
  function want(userId: string): void {
    if (asked.has(userId)) return;
    asked.add(userId);
    wanted.value = [...wanted.value, userId];
  }

  /** Ask about a user anew: what changes without their saying anything may be out of date. */
  function wantAnew(userId: string): void {
    if (wanted.value.includes(userId)) return;
    asked.delete(userId);
    want(userId);
  }

  /** Ask about its author anew, if somebody says something under another name than before, or than they are known by. */
  function heard({ userId, username, sortKey }: Pick<Message, "userId" | "username" | "sortKey">): void {
    const before = newest.get(userId);
    if (before && before.sortKey >= sortKey) return;
    newest.set(userId, { sortKey, username });
    const name = before?.username ?? known.get(userId)?.displayName ?? username;
    if (name === username || !asked.delete(userId)) return;
    want(userId);
  }

  /** Take what is to be asked for, `most` of it. */
  function take(most: number): readonly string[] {
    const taken = wanted.value.slice(0, most);
    wanted.value = wanted.value.slice(most);
    return taken;
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    known.clear();
    absent.clear();
    asked.clear();
    newest.clear();
    wanted.value = [];
  }

  return { known, absent, wanted, learn, learnAnswer, want, wantAnew, heard, take, clear };
});
