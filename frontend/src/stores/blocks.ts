import { defineStore } from "pinia";
import { ref, shallowReactive } from "vue";
import type { Message } from "@/protocol/frames";

/** Of whom the user does not want to hear: the account's list, as far as it is known here. */
export const useBlocksStore = defineStore("blocks", () => {
  const users = ref<ReadonlySet<string>>(new Set());
  /** Sort keys of what they said and the user asked for all the same. */
  const unfolded = shallowReactive(new Set<string>());
  /** By user: when the account was last told, or told, that they are blocked or not; an older answer says nothing of them. */
  const putAt = new Map<string, number>();
  let moment = 0;

  function put(userId: string, blocked: boolean): void {
    putAt.set(userId, ++moment);
    const others = [...users.value].filter((other) => other !== userId);
    users.value = new Set(blocked ? [...others, userId] : others);
  }

  /** A moment to compare with: whatever is asked for from now on knows of all that was put before. */
  function asking(): number {
    return ++moment;
  }

  /** All that the account blocks, as of `asked`; what was put since stays. */
  function hear(blocked: ReadonlySet<string>, asked: number): void {
    const isNewer = (userId: string): boolean => (putAt.get(userId) ?? 0) > asked;
    users.value = new Set([...[...blocked].filter((each) => !isNewer(each)), ...[...users.value].filter(isNewer)]);
  }

  function replace(blocked: ReadonlySet<string>): void {
    users.value = blocked;
  }

  /** Whether what a message says is not to be shown: the one rule, wherever it would be. */
  function isFolded({ userId, sortKey }: Pick<Message, "userId" | "sortKey">): boolean {
    return users.value.has(userId) && !unfolded.has(sortKey);
  }

  /** Show it from now on, wherever it is. @returns whether it was folded */
  function unfold(message: Pick<Message, "userId" | "sortKey">): boolean {
    const wasFolded = isFolded(message);
    if (wasFolded) unfolded.add(message.sortKey);
    return wasFolded;
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    users.value = new Set();
    putAt.clear();
    unfolded.clear();
  }

  return { users, put, asking, hear, replace, isFolded, unfold, clear };
});
