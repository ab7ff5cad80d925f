/** Notices as they are shown: those that say the same of several people stand in one line. All functions are pure. */
import type { Notice } from "@/protocol/frames";

/** What a notice can tell of; of what a later server knows beyond, nothing is shown. */
export const NOTICE_EVENTS = [
  "created",
  "titled",
  "topicSet",
  "retentionSet",
  "joined",
  "added",
  "removed",
  "banned",
  "unbanned",
  "roleSet",
] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];
export type KnownNotice = Notice & { readonly event: NoticeEvent };

/** People that are named one by one; of more, it is told how many. */
const NAMED = 3;

export function isKnown(notice: Notice): notice is KnownNotice {
  return (NOTICE_EVENTS as readonly string[]).includes(notice.event);
}

/** Whether it tells of people who did it themselves: they joined, or left for good. */
export function isTheirOwn({ event, userId, about }: Notice): boolean {
  return event === "joined" || (event === "removed" && about === userId);
}

/** Whether both say the same, perhaps of different people. */
export function areAlike(one: Notice, other: Notice): boolean {
  if (one.event !== other.event || one.role !== other.role || one.days !== other.days) return false;
  return isTheirOwn(one) ? isTheirOwn(other) : one.userId === other.userId && !isTheirOwn(other);
}

/** To whom it was done, each once; the first of them to be named, of the others their number. */
export function concerned(notices: readonly Notice[]): { readonly named: readonly string[]; readonly others: number } {
  const all = [...new Set(notices.flatMap(({ about }) => about ?? []))];
  const named = all.length > NAMED ? all.slice(0, NAMED - 1) : all;
  return { named, others: all.length - named.length };
}
