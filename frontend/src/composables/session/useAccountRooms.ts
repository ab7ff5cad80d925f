import { useIntervalFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import type { Chat } from "@/composables/session/useChat";
import type { Reply } from "@/protocol/frames";
import type { Membership } from "@/protocol/roomFrames";
import { useConnectionStore } from "@/stores/connection";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { leftRooms } from "@/tabs/leftRooms";
import { userKey } from "@/tabs/userKeys";

/** Far more rooms than a connection may be in. */
const MOST_PAGES = 20;
const MUTE_ASKED_AGAIN_MS = 60_000;

/**
 * Bring the rooms of the account into this browser's list, with each connection.
 *
 * The list is what is joined here and what the account is a member of, less what was left in this browser: leaving hides a
 * room here and ends no membership, so that a private room can be entered again.
 */
export function useAccountRooms(chat: Pick<Chat, "user" | "ask" | "onAccount" | "serverTime">): void {
  const rooms = useRoomsStore();
  const known = useKnownRoomsStore();
  const outbox = useOutboxStore();
  const choices = useRoomChoicesStore();
  const { joined } = storeToRefs(rooms);
  const { state } = storeToRefs(useConnectionStore());
  const left = leftRooms(localStorage, userKey(chat.user.userId, "left"));

  watch(joined, (now, before) => left.note(before, now), { flush: "sync" });

  async function follow(): Promise<void> {
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const reply: Reply = await chat.ask("myRooms", cursor === null ? {} : { cursor });
      if (reply.type !== "memberships") return;
      for (const membership of reply.data.memberships) {
        known.learnRole(membership);
        known.learnMute(membership);
        known.learnBan(membership);
        // Banned while it was on the screen: it says so, and until when.
        if (membership.bannedUntil !== null && rooms.joined.includes(membership.roomId)) rooms.refuse(membership.roomId, "BANNED");
        if (membership.room) known.learn(membership.room);
        if (membership.bannedUntil === null && membership.role !== "none" && !left.has(membership.roomId)) rooms.join(membership.roomId);
        learnRead(membership);
        choices.setLevel(membership.roomId, membership.notify);
      }
      cursor = reply.data.nextCursor;
      if (cursor === null) return;
    }
  }

  function learnRead({ roomId, lastRead, unread }: Membership): void {
    if (lastRead !== null) rooms.markRead(roomId, lastRead);
    if (unread) rooms.learnCounted(roomId, { readTo: lastRead ?? undefined, ...unread, at: chat.serverTime() });
  }

  chat.onAccount((push) => (push.type === "read" ? rooms.markRead(push.data.roomId, push.data.sortKey) : refollow()));
  const refollow = () => void follow().catch(() => undefined);
  // A refused message is how one hears of a mute, but not until when.
  watch(() => outbox.entries.filter(({ failure }) => failure === "MUTED").length, (now, before) => now > before && refollow());
  // What was pushed may be lost, as that a mute was ended early.
  useIntervalFn(() => known.mutes.size > 0 && refollow(), MUTE_ASKED_AGAIN_MS);
  // Nothing waits for it: the rooms of this browser are there, and the next connection asks again.
  watch(() => state.value.kind, (kind) => kind === "online" && refollow(), { immediate: true });
}
