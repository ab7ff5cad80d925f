/**
 * Who of one room is online: answers of `getMembers`, and the changes pushed between them.
 *
 * All functions are pure; a presence that did not change is returned as the same object.
 */
import type { Member, MembersAnswer, PresenceChange } from "@/protocol/frames";

export interface Presence {
  /** The last answer; null before the first. */
  readonly answer: Omit<MembersAnswer, "roomId" | "members"> | null;
  /** What is known of each user by `userId`; null in a room that is too large to list. */
  readonly users: ReadonlyMap<string, PresenceChange> | null;
}

export const UNKNOWN_PRESENCE: Presence = { answer: null, users: new Map() };

/**
 * How old a change may be at the time of an answer that does not know of it, in milliseconds.
 *
 * The index of a room's members is eventually consistent, usually within a small part of a second.
 */
export const INDEX_LAG_MS = 1_000;

/** People came and went: the newest change of each user counts, whatever the order they arrive in. */
export function applyChanges(presence: Presence, changes: readonly PresenceChange[]): Presence {
  if (!presence.users) return presence;
  const known = presence.users;
  const news = changes.filter((change) => change.at > settledUntil(presence) && isNewer(change, known.get(change.userId)));
  if (news.length === 0) return presence;
  const users = new Map(known);
  for (const change of news) if (isNewer(change, users.get(change.userId))) users.set(change.userId, change);
  return { ...presence, users };
}

/** The server was asked: its answer replaces all but the changes it may not know of yet. */
export function applyAnswer(presence: Presence, { members, online, more, at }: MembersAnswer): Presence {
  // A slower answer to an earlier question tells nothing new.
  if (presence.answer && presence.answer.at > at) return presence;
  const answer = { online, more, at };
  if (!members) return { answer, users: null };
  const asOf = at - INDEX_LAG_MS;
  const users = new Map(members.map((member) => [member.userId, { ...member, online: true, at: asOf }]));
  for (const [userId, change] of presence.users ?? []) {
    if (change.at > asOf) users.set(userId, change);
  }
  return { answer, users };
}

/** Everybody online, in no particular order; null where only their number is known. */
export function onlineMembers({ users }: Presence): Member[] | null {
  return users && [...users.values()].filter(({ online }) => online);
}

/** Up to here the last answer is the whole truth: a change this old that comes late is in it. */
function settledUntil({ answer }: Presence): number {
  return answer ? answer.at - INDEX_LAG_MS : Number.NEGATIVE_INFINITY;
}

function isNewer(change: PresenceChange, known: PresenceChange | undefined): boolean {
  if (!known || change.at !== known.at) return !known || change.at > known.at;
  // At the same millisecond, as when a tab is reloaded: who is there counts.
  return change.online && !known.online;
}
