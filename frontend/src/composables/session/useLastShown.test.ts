import { mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, nextTick } from "vue";
import type { Message } from "@/protocol/frames";
import { receiveChanges } from "@/protocol/rooms/changes";
import { receive, restart, sortKeyOf } from "@/protocol/rooms/timeline";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { provideLastShown } from "./useLastShown";

const save = vi.hoisted(() => vi.fn(async () => undefined));
vi.mock("@/lastShown", () => ({ lastShownOf: () => ({ save, load: async () => [] }) }));

const SAID = messages(2);

beforeEach(() => {
  vi.useFakeTimers();
  save.mockClear();
  setActivePinia(createPinia());
});
afterEach(() => void vi.useRealTimers());

async function openPage() {
  const page = mount(defineComponent({ setup: () => provideLastShown("me"), template: "<p />" }));
  useRoomsStore().update("global", (timeline) => restart(timeline, SAID, true));
  await nextTick();
  return page;
}

it("saves what is loaded once it is quiet, and not again while nothing is new", async () => {
  await openPage();
  await vi.advanceTimersByTimeAsync(2_000);
  useRoomsStore().update("global", (timeline) => ({ ...timeline }));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(save).toHaveBeenCalledExactlyOnceWith("global", SAID, undefined);
});

it("saves a room anew in which something was deleted", async () => {
  await openPage();
  await vi.advanceTimersByTimeAsync(2_000);
  const [first, second] = SAID as [Message, Message];
  const change = { roomId: "global", sortKey: sortKeyOf(NOW + 9_000, "c"), kind: "deletion" as const, target: first.sortKey, userId: "alice", username: "Alice" };
  useRoomsStore().update("global", (timeline) => receiveChanges(timeline, [{ ...change, createdAt: NOW + 9_000 }]));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(save).toHaveBeenLastCalledWith("global", [{ ...first, content: "", deletedAt: NOW + 9_000 }, second], undefined);
});

it("saves with it for how long the room keeps what is said, also where that is known later or changed", async () => {
  await openPage();
  await vi.advanceTimersByTimeAsync(2_000);
  useKnownRoomsStore().learn({ roomId: "global", kind: "public", title: "", topic: "", createdAt: 1, retentionDays: 2 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(save).toHaveBeenLastCalledWith("global", SAID, 2 * 86_400_000);
});

it("saves nothing any more once its user has signed out, not of the next user either", async () => {
  const page = await openPage();
  page.unmount();
  useRoomsStore().update("global", (timeline) => receive(timeline, [message(NOW + 60_000)]));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(save).not.toHaveBeenCalled();
});
