import { defineStore } from "pinia";
import { ref, shallowReactive, shallowRef } from "vue";
import { arrived } from "@/conversation/arrivals";
import { unreadOf, type Counted, type Unread } from "@/conversation/unread";
import { DEFAULT_ROOM, type ErrorCode, type Message } from "@/protocol/frames";
import { EMPTY_TIMELINE, trim, type Timeline } from "@/protocol/rooms/timeline";

export { DEFAULT_ROOM };
/** Loaded messages kept of a room nobody looks at; the rest is history that can be fetched again. */
export const KEPT_INACTIVE = 200;
/** Above the first figure, the room on the screen is cut to the second. */
export const KEPT_ACTIVE = { most: 10_000, after: 5_000 };

const NONE: ReadonlySet<string> = new Set();

/** The joined rooms, what is loaded of them, and how far they were read. */
export const useRoomsStore = defineStore("rooms", () => {
  const joined = ref<string[]>([DEFAULT_ROOM]);
  const active = ref(DEFAULT_ROOM);
  /** Sort key of the last message read, per room. */
  const lastRead = shallowRef<ReadonlyMap<string, string>>(new Map());
  /** Sort keys of what came late into rooms nobody looks at: before the last message read, and news all the same. */
  const late = shallowReactive(new Map<string, ReadonlySet<string>>());
  const counted = shallowReactive(new Map<string, Counted>());
  const timelines = shallowReactive(new Map<string, Timeline>());
  const refusals = shallowReactive(new Map<string, ErrorCode>());

  function timeline(roomId: string): Timeline {
    return timelines.get(roomId) ?? EMPTY_TIMELINE;
  }

  function update(roomId: string, change: (timeline: Timeline) => Timeline): void {
    const before = timeline(roomId);
    const changed = change(before);
    timelines.set(roomId, roomId === active.value ? changed : trim(changed, KEPT_INACTIVE));
    if (roomId === active.value) return;
    const read = readTo(roomId) ?? "";
    const cameLate = arrived(before, changed).filter(({ sortKey }) => sortKey <= read);
    if (cameLate.length > 0) late.set(roomId, new Set([...(late.get(roomId) ?? []), ...cameLate.map(({ sortKey }) => sortKey)]));
  }

  /** Keep a long conversation from growing without bound; for when its end is on the screen. */
  function compact(roomId: string): void {
    if (timeline(roomId).messages.length > KEPT_ACTIVE.most) {
      update(roomId, (current) => trim(current, KEPT_ACTIVE.after));
    }
  }

  function join(roomId: string): void {
    if (joined.value.includes(roomId)) return;
    refusals.delete(roomId);
    joined.value = [...joined.value, roomId];
  }

  function leave(roomId: string): void {
    joined.value = joined.value.filter((other) => other !== roomId);
    timelines.delete(roomId);
    refusals.delete(roomId);
    late.delete(roomId);
    counted.delete(roomId);
    if (active.value === roomId) activate(joined.value[0] ?? DEFAULT_ROOM);
  }

  /** Show a room; it is joined if it was not. */
  function activate(roomId: string): void {
    const previous = active.value;
    join(roomId);
    late.delete(roomId);
    active.value = roomId;
    if (timelines.has(previous) && previous !== roomId) update(previous, (timeline) => timeline);
  }

  /** Sort key of the last message read; undefined in a room never seen. */
  function readTo(roomId: string): string | undefined {
    return lastRead.value.get(roomId);
  }

  /** The room has been seen up to the message of this sort key. */
  function markRead(roomId: string, sortKey: string): void {
    const known = readTo(roomId);
    if (known === undefined || sortKey > known) lastRead.value = new Map(lastRead.value).set(roomId, sortKey);
  }

  /** The server has counted what is unread. */
  function learnCounted(roomId: string, told: Counted): void {
    counted.set(roomId, told);
  }

  /** What others than `userId` said after the last message read, and what came late before it. */
  function unreadIn(roomId: string, userId: string): Unread {
    const read = { to: readTo(roomId), late: late.get(roomId) ?? NONE };
    return unreadOf(timeline(roomId), read, counted.get(roomId), userId);
  }

  function unread(roomId: string, userId: string): number {
    return unreadIn(roomId, userId).count;
  }

  function lastMessage(roomId: string): Message | undefined {
    return timeline(roomId).messages.at(-1);
  }

  /** Whether the user is in a room, and may be. */
  function isOpen(roomId: string): boolean {
    return joined.value.includes(roomId) && !refusals.has(roomId);
  }

  function refuse(roomId: string, code: ErrorCode): void {
    refusals.set(roomId, code);
  }

  /** What was refused is not any more. */
  function admit(roomId: string): void {
    refusals.delete(roomId);
  }

  /** Forget the conversations, keep nothing of one user for the next. */
  function clear(): void {
    timelines.clear();
    refusals.clear();
    joined.value = [DEFAULT_ROOM];
    active.value = DEFAULT_ROOM;
    lastRead.value = new Map();
    late.clear();
    counted.clear();
  }

  return {
    joined, active, lastRead, refusals,
    timeline, update, compact, join, leave, activate, readTo, markRead, learnCounted, unreadIn, unread, lastMessage,
    isOpen, refuse, admit, clear,
  };
});
