import { useIntervalFn } from "@vueuse/core";
import { storeToRefs } from "pinia";
import { watch } from "vue";
import { useAskedOnline } from "@/composables/session/useAskedOnline";
import type { Chat } from "@/composables/session/useChat";
import { isPublic, type Reply } from "@/protocol/frames";
import type { SendFailure } from "@/protocol/outbox/outbox";
import type { Membership } from "@/protocol/roomFrames";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomChoicesStore, type KeptChoices } from "@/stores/roomChoices";
import { useRoomsStore } from "@/stores/rooms";
import { leftRooms } from "@/tabs/leftRooms";
import { userKey } from "@/tabs/userKeys";

/** Far more rooms than a connection may be in. */
const MOST_PAGES = 20;
const LOOKED_AGAIN_MS = 60_000;
/** Refusals of a message that tell of another standing in its room. */
const NOT_ANY_MORE = ["MUTED", "BANNED", "FORBIDDEN"];

/**
 * Bring the rooms of the account into this browser's list, with each connection.
 *
 * The list is what is joined here and what the account is a member of, less what was left in this browser: leaving hides a
 * room here and ends no membership, so that a private room can be entered again. Who left
 * a private room for good, or was put out, and is let in anew finds it in the list again.
 */
export function useAccountRooms(chat: Pick<Chat, "user" | "ask" | "onAccount" | "serverTime" | "enterAnew">): void {
  const rooms = useRoomsStore();
  const known = useKnownRoomsStore();
  const outbox = useOutboxStore();
  const choices = useRoomChoicesStore();
  const { joined } = storeToRefs(rooms);
  const left = leftRooms(localStorage, userKey(chat.user.userId, "left"));

  watch(joined, (now, before) => left.note(before, now), { flush: "sync" });

  async function follow(): Promise<void> {
    const before = new Map(known.roles);
    const told = new Map<string, Membership>();
    const asked = choices.asking();
    const kept = new Map<string, KeptChoices>();
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const reply: Reply = await chat.ask("myRooms", cursor === null ? {} : { cursor });
      if (reply.type !== "memberships") return;
      for (const membership of reply.data.memberships) {
        told.set(membership.roomId, membership);
        known.learnRole(membership);
        known.learnMute(membership);
        known.learnBan(membership);
        if (membership.room) known.learn(membership.room);
        const { favourite = false, markedUnread = false } = membership;
        kept.set(membership.roomId, { favourite, markedUnread });
        const isOwn = membership.role !== "none" || favourite;
        const isAnew = before.get(membership.roomId) === "none" && !isPublic(membership.roomId);
        if (membership.bannedUntil === null && isOwn && (isAnew || !left.has(membership.roomId))) rooms.join(membership.roomId);
        learnRead(membership);
        choices.hearLevel(membership.roomId, membership.notify, asked);
      }
      cursor = reply.data.nextCursor;
      if (cursor !== null) continue;
      choices.hear(kept, asked);
      left.keep((roomId) => isPublic(roomId) || told.has(roomId));
      // What was entered since it was asked is not in the answer.
      const settled = rooms.joined.filter((roomId) => told.has(roomId) || before.get(roomId) === known.roles.get(roomId));
      return settled.forEach((roomId) => compare(roomId, told.get(roomId)));
    }
  }

  /** What the account has of a joined room may say that one was put out of it, or let in again: the room itself decides. */
  function compare(roomId: string, membership: Membership | undefined): void {
    if (!membership) {
      known.learnRole({ roomId, role: "none" });
      known.learnMute({ roomId, mutedUntil: null });
      known.learnBan({ roomId, bannedUntil: null });
    }
    const isIn = !known.bans.has(roomId) && (isPublic(roomId) || known.isMember(roomId));
    const wasIn = !rooms.refusals.has(roomId);
    if (known.bans.has(roomId)) rooms.refuse(roomId, "BANNED");
    if (isIn !== wasIn) chat.enterAnew(roomId);
  }

  function endBans(): void {
    for (const [roomId, until] of known.bans) {
      if (until > chat.serverTime()) continue;
      known.learnBan({ roomId, bannedUntil: null });
      if (rooms.joined.includes(roomId)) chat.enterAnew(roomId);
    }
  }

  function learnRead({ roomId, lastRead, unread }: Membership): void {
    if (lastRead !== null) hearRead(roomId, lastRead);
    if (unread) rooms.learnCounted(roomId, { readTo: lastRead ?? undefined, ...unread, at: chat.serverTime() });
  }

  function hearRead(roomId: string, sortKey: string): void {
    known.learnRead(roomId, sortKey);
    rooms.markRead(roomId, sortKey);
  }

  const refollow = useAskedOnline(follow);
  chat.onAccount(({ type, data }) => {
    if (type === "block") return;
    if (type === "read") {
      choices.readElsewhere(data.roomId);
      return hearRead(data.roomId, data.sortKey);
    }
    refollow();
    // Put out and let in again within a moment, one is a member as before, and hears nothing.
    if (rooms.joined.includes(data.roomId)) chat.enterAnew(data.roomId);
  });
  // A refused message is how one hears of a mute, but not until when.
  const isTold = (failure: SendFailure | null) => failure !== null && NOT_ANY_MORE.includes(failure);
  watch(() => outbox.entries.filter(({ failure }) => isTold(failure)).length, (now, before) => now > before && refollow());
  // What was pushed may be lost, as that a mute was ended early.
  useIntervalFn(() => known.mutes.size > 0 && refollow(), LOOKED_AGAIN_MS);
  useIntervalFn(endBans, LOOKED_AGAIN_MS);
}
