import { defineStore } from "pinia";
import { shallowReactive } from "vue";
import type { Notice } from "@/protocol/frames";
import type { Membership, Role, Room } from "@/protocol/roomFrames";
import { useProfilesStore } from "./profiles";

/** What the server has told of rooms, and what this user is in them. */
export const useKnownRoomsStore = defineStore("knownRooms", () => {
  const profiles = useProfilesStore();
  const rooms = shallowReactive(new Map<string, Room>());
  const roles = shallowReactive(new Map<string, Role>());
  /** By room and event: the notice that was heard last. */
  const heard = new Map<string, string>();
  /** How far the account knows that its rooms were read, by whichever of its browsers: sort keys. */
  const toldRead = shallowReactive(new Map<string, string>());
  /** Until when this user may not write, epoch milliseconds of the server's clock. */
  const mutes = shallowReactive(new Map<string, number>());
  /** The same of who may not even enter. */
  const bans = shallowReactive(new Map<string, number>());

  function learn(room: Room): void {
    rooms.set(room.roomId, room);
    // A conversation of two is called after the other one.
    room.users?.forEach(profiles.want);
  }

  /** A room has got another title, topic or retention. Pushes come twice, and after later ones: the last of the log counts. */
  function hear({ roomId, event, text, days, sortKey }: Notice): void {
    const room = rooms.get(roomId);
    if (!room || sortKey <= (heard.get(`${roomId} ${event}`) ?? "")) return;
    heard.set(`${roomId} ${event}`, sortKey);
    if (event === "titled" && text !== undefined) rooms.set(roomId, { ...room, title: text });
    if (event === "topicSet" && text !== undefined) rooms.set(roomId, { ...room, topic: text });
    if (event === "retentionSet" && days !== undefined) rooms.set(roomId, { ...room, retentionDays: days });
  }

  function learnRole({ roomId, role }: Pick<Membership, "roomId" | "role">): void {
    roles.set(roomId, role);
  }

  function learnRead(roomId: string, sortKey: string): void {
    if (sortKey > (toldRead.get(roomId) ?? "")) toldRead.set(roomId, sortKey);
  }

  function learnMute({ roomId, mutedUntil }: Pick<Membership, "roomId" | "mutedUntil">): void {
    if (mutedUntil === null) mutes.delete(roomId);
    else mutes.set(roomId, mutedUntil);
  }

  function learnBan({ roomId, bannedUntil }: Pick<Membership, "roomId" | "bannedUntil">): void {
    if (bannedUntil === null) bans.delete(roomId);
    else bans.set(roomId, bannedUntil);
  }

  function isMember(roomId: string): boolean {
    return (roles.get(roomId) ?? "none") !== "none";
  }

  /** Whether this user may let others in, call everybody by `@here`, and see earlier texts (docs/protocol/rights.md). */
  function moderates(roomId: string): boolean {
    const role = roles.get(roomId);
    return (role === "owner" || role === "moderator") && !roomId.startsWith("~d");
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    rooms.clear();
    roles.clear();
    heard.clear();
    toldRead.clear();
    mutes.clear();
    bans.clear();
  }

  return { rooms, roles, toldRead, mutes, bans, learn, hear, learnRole, learnRead, learnMute, learnBan, isMember, moderates, mayInvite: moderates, mayMentionHere: moderates, clear };
});
