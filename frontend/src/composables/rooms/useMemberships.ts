import { onMounted, ref, shallowRef } from "vue";
import { useChat } from "@/composables/session/useChat";
import { after, BAN_SECONDS, MUTE_SECONDS, type Moderation } from "@/conversation/moderation";
import type { Membership } from "@/protocol/roomFrames";
import { useAsking } from "./useAsking";

/** All members of a room, online or not, as far as they are loaded, and what is done to them. */
export function useMemberships(roomId: string) {
  const chat = useChat();
  const { busy, failure, ask } = useAsking();
  const members = shallowRef<readonly Membership[]>([]);
  const hasMore = ref(false);
  /** What was done last, to be told. */
  const done = shallowRef<{ readonly what: Moderation; readonly username: string } | null>(null);
  let cursor: string | null = null;

  async function load(): Promise<void> {
    const reply = await ask(() => chat.ask("listMembers", { roomId, ...(cursor === null ? {} : { cursor }) }));
    if (reply?.type !== "memberships") return;
    const known = new Set(members.value.map(({ userId }) => userId));
    members.value = [...members.value, ...reply.data.memberships.filter(({ userId }) => !known.has(userId))];
    cursor = reply.data.nextCursor;
    hasMore.value = cursor !== null;
  }

  async function act(what: Moderation, member: Membership): Promise<void> {
    done.value = null;
    const reply = await ask(() => request(what, { roomId, userId: member.userId }));
    if (!reply) return;
    const changed = after(what, member, chat.serverTime());
    members.value = members.value.flatMap((each) => (each.userId !== member.userId ? [each] : changed ? [changed] : []));
    done.value = { what, username: member.username };
  }

  function request(what: Moderation, on: { roomId: string; userId: string }) {
    switch (what) {
      case "mute":
        return chat.ask("muteMember", { ...on, seconds: MUTE_SECONDS });
      case "unmute":
        return chat.ask("muteMember", { ...on, seconds: 0 });
      case "promote":
        return chat.ask("setRole", { ...on, role: "moderator" });
      case "demote":
        return chat.ask("setRole", { ...on, role: "member" });
      case "remove":
        return chat.ask("removeMember", on);
      case "ban":
        return chat.ask("banMember", { ...on, seconds: BAN_SECONDS });
      case "unban":
        return chat.ask("unban", on);
    }
  }

  onMounted(load);
  return { members, hasMore, busy, failure, done, load, act };
}
