import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";
import { useChat } from "@/composables/session/useChat";
import type { Member } from "@/protocol/frames";
import { onlineMembers } from "@/protocol/presence/presence";
import { useAccountStore } from "@/stores/account";
import { usePresenceStore } from "@/stores/presence";

export type PresenceView =
  | { readonly kind: "loading" | "failed" }
  /** Oneself first, then by name. */
  | { readonly kind: "list"; readonly members: readonly Member[]; readonly count: string }
  | { readonly kind: "number"; readonly count: string };

/** Who is online in a room, as it is shown; the number in the browser's own format. */
export function usePresence(roomId: () => string): ComputedRef<PresenceView> {
  const { locale } = useI18n();
  const { user } = useChat();
  const presence = usePresenceStore();
  const account = useAccountStore();
  const collator = computed(() => new Intl.Collator(locale.value, { sensitivity: "base", numeric: true }));
  const numbers = computed(() => new Intl.NumberFormat(locale.value));

  return computed(() => {
    const known = presence.ofRoom(roomId());
    if (!known.answer) return { kind: presence.failed.has(roomId()) ? "failed" : "loading" };
    const online = onlineMembers(known);
    if (!online) {
      const { online: number, more } = known.answer;
      return { kind: "number", count: numbers.value.format(number) + (more ? "+" : "") };
    }
    const others = online.filter(({ userId }) => userId !== user.userId);
    // Of those who are called alike the order is always the same: an answer has none, and rows would change under a hand.
    others.sort((a, b) => collator.value.compare(a.username, b.username) || (a.userId < b.userId ? -1 : 1));
    // Whoever looks at the list is there, even if the server's index does not know it yet.
    // Under the name of now: the server tells others of a new one at the next connection.
    const own = account.user ?? user;
    const members = [{ userId: own.userId, username: own.username }, ...others];
    return { kind: "list", members, count: numbers.value.format(members.length) };
  });
}
