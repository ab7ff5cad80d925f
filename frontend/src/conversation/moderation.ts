/** What a user may do to another member of a room, and how it is asked for. The server decides (docs/protocol/rights.md). */
import type { Membership, Role } from "@/protocol/roomFrames";
import { roomKind } from "./roomKind";

export type Moderation = "mute" | "unmute" | "promote" | "demote" | "remove" | "ban" | "unban";

const RANK: Record<Role, number> = { none: 0, member: 1, moderator: 2, owner: 3 };
export const MUTE_SECONDS = 60 * 60;
export const BAN_SECONDS = 7 * 24 * 60 * 60;

/** What somebody of the role `mine` is offered to do to `member`, in the order it is shown. */
export function offered(mine: Role, member: Pick<Membership, "roomId" | "role" | "mutedUntil" | "bannedUntil">): Moderation[] {
  const mayModerate = RANK[mine] >= RANK.moderator && RANK[member.role] < RANK[mine] && roomKind(member.roomId) !== "direct";
  if (!mayModerate) return [];
  if (member.bannedUntil !== null) return ["unban"];
  const roles: Moderation[] = member.role === "moderator" ? ["demote"] : ["promote"];
  return [member.mutedUntil === null ? "mute" : "unmute", ...(mine === "owner" ? roles : []), "remove", "ban"];
}

/** `member` as they are once it is done at `now`, epoch milliseconds; null if they are no member any more. */
export function after(done: Moderation, member: Membership, now: number): Membership | null {
  switch (done) {
    case "mute":
      return { ...member, mutedUntil: now + MUTE_SECONDS * 1_000 };
    case "unmute":
      return { ...member, mutedUntil: null };
    case "promote":
      return { ...member, role: "moderator" };
    case "demote":
      return { ...member, role: "member" };
    case "ban":
      return { ...member, bannedUntil: now + BAN_SECONDS * 1_000 };
    case "unban":
      return { ...member, bannedUntil: null };
    case "remove":
      return null;
  }
}
