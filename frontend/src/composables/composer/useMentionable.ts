import { useI18n } from "vue-i18n";
import { useChat } from "@/composables/session/useChat";
import { MOST_OFFERS, type Completion, type CompletionSource, type Offer } from "@/conversation/completion";
import { displayName } from "@/conversation/displayName";
import { HERE } from "@/conversation/mentions";
import { mentionable, openMention, type Person } from "@/conversation/mentionable";
import { onlineMembers } from "@/protocol/presence/presence";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";

/** People by their handles and names: `@bo` offers Bob; to moderators, `@h` everybody who is there. */
export function useMentionable(roomId: () => string): CompletionSource {
  const { t } = useI18n();
  const { user } = useChat();
  const presence = usePresenceStore();
  const profiles = useProfilesStore();
  const known = useKnownRoomsStore();

  function complete(before: string): Promise<Completion> | null {
    const open = openMention(before);
    if (!open) return null;
    // Those whose names are not known yet will be by the next letters.
    const there = present();
    there.forEach(profiles.want);
    const all = everybody(open.word);
    const people = mentionable(open.word, candidates(there), MOST_OFFERS - all.length);
    return Promise.resolve({ start: open.start, offers: [...people.map(offerOf), ...all] });
  }

  function present(): Set<string> {
    return new Set(onlineMembers(presence.ofRoom(roomId()))?.map(({ userId }) => userId));
  }

  function candidates(there: ReadonlySet<string>): Person[] {
    const others = [...profiles.known.values()].filter(({ userId }) => userId !== user.userId);
    return others.map(({ userId, handle, displayName: name }) => ({ userId, handle, name, present: there.has(userId) }));
  }

  function everybody(word: string): Offer[] {
    const offers = word !== "" && word !== HERE && HERE.startsWith(word) && known.mayMentionHere(roomId());
    return offers ? [{ key: HERE, label: `@${HERE}`, note: t("composer.everybody"), text: `@${HERE}` }] : [];
  }

  function offerOf({ userId, handle, name }: Person): Offer {
    return { key: userId, userId, label: displayName(name) || handle, note: `@${handle}`, text: `@${handle}` };
  }

  return { name: "people", complete };
}
