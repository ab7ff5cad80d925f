import { createPinia, setActivePinia } from "pinia";
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { h, nextTick } from "vue";
import { CHAT, type Chat } from "@/composables/session/useChat";
import type { Message } from "@/protocol/frames";
import type { PageRequest } from "@/protocol/rooms/recovery";
import { receiveChanges } from "@/protocol/rooms/changes";
import { restart, sortKeyOf } from "@/protocol/rooms/timeline";
import { useConnectionStore } from "@/stores/connection";
import { useRoomsStore } from "@/stores/rooms";
import { messages, NOW, serverHistory } from "@/testing/messages";
import { fakeChat } from "@/testing/page";
import { useHistory } from "./useHistory";

const stored = messages(400);
const at = (index: number) => (stored[index] as Message).sortKey;
const LATER = NOW + 86_400_000;
const fetchPage = serverHistory(() => stored);
let ask: ReturnType<typeof vi.fn>;
let rooms: ReturnType<typeof useRoomsStore>;

function open(): ReturnType<typeof useHistory> {
  const chat = { ...fakeChat(), ask: ask as unknown as Chat["ask"] };
  let history: ReturnType<typeof useHistory> | undefined;
  mount({ setup: () => ((history = useHistory("global")), () => h("p")) }, { global: { provide: { [CHAT as symbol]: chat } } });
  return history as ReturnType<typeof useHistory>;
}
/** Indices of the first and the last shown message. */
const shown = ({ messages: { value } }: ReturnType<typeof useHistory>) => [stored.indexOf(value[0] as Message), stored.indexOf(value.at(-1) as Message)];

beforeEach(() => {
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  rooms.update("global", (timeline) => restart(timeline, stored.slice(350), false));
  ask = vi.fn(async (_: string, { limit, before, after }: PageRequest & { roomId: string }) => {
    const page = await fetchPage({ limit, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) });
    return { type: "messageHistory", data: page.messages, nextCursor: page.nextCursor, notices: page.notices };
  });
});

it("shows the end of the room, until it is opened elsewhere, and after that is closed", async () => {
  const history = open();
  expect([shown(history), history.present.value]).toEqual([[350, 399], true]);
  await history.openAt(at(100));
  expect([shown(history), history.present.value]).toEqual([[50, 149], false]);
  history.close();
  expect([shown(history), history.present.value]).toEqual([[350, 399], true]);
});

it("grows to the end of the room, and is the room then, with what came meanwhile", async () => {
  const history = open();
  await history.openAt(at(200));
  await history.loadNewer();
  expect([shown(history), history.present.value]).toEqual([[150, 349], false]);
  await history.loadNewer();
  expect([shown(history), history.present.value]).toEqual([[150, 399], true]);
});

it("grows to the beginning of the room", async () => {
  const history = open();
  await history.openAt(at(60));
  await history.loadOlder();
  expect([shown(history), history.complete.value]).toEqual([[0, 109], true]);
  ask.mockClear();
  await history.loadOlder();
  expect(ask).not.toHaveBeenCalled();
});

it("is no excerpt where what is loaded is next to it", async () => {
  const history = open();
  await history.openAt(at(340));
  expect([shown(history), history.present.value]).toEqual([[290, 399], true]);
});

it("tries a page again that failed, once the user says so", async () => {
  const history = open();
  await history.openAt(at(100));
  ask.mockRejectedValueOnce(new Error("no"));
  await history.loadNewer();
  await history.loadNewer();
  expect([history.state.value, shown(history)]).toEqual(["failed", [50, 149]]);
  history.retry();
  await flushPromises();
  expect([history.state.value, shown(history)]).toEqual(["idle", [50, 249]]);
});

it("shows what was asked for last, however late an earlier answer comes", async () => {
  const history = open();
  const answers: (() => void)[] = [];
  const answer = ask.getMockImplementation() as (...asked: unknown[]) => unknown;
  ask.mockImplementation((...asked: unknown[]) => new Promise((resolve) => answers.push(() => resolve(answer(...asked)))));
  const [first, second] = [history.openAt(at(100)), history.openAt(at(200))];
  answers.splice(2).forEach((tell) => tell());
  expect(await second).toBe(true);
  answers.forEach((tell) => tell());
  expect([await first, shown(history)]).toEqual([false, [150, 249]]);
});

it.each(["close", "stay"] as const)("shows nothing of a link after %s, and does not complain of it", async (change) => {
  const history = open();
  ask.mockRejectedValueOnce(new Error("no"));
  const opened = history.openAt(at(100));
  history[change]();
  expect([await opened, history.present.value]).toEqual([false, true]);
});

it("shows a change that was pushed while the history around was read", async () => {
  const history = open();
  const target = at(100);
  const opened = history.openAt(target);
  const change = { roomId: "global", sortKey: sortKeyOf(Date.now(), "c"), kind: "deletion" as const, target, userId: "me", username: "Me", createdAt: Date.now() };
  rooms.update("global", (timeline) => receiveChanges(timeline, [change]));
  await opened;
  expect(history.messages.value.find(({ sortKey }) => sortKey === target)?.deletedAt).toBe(change.createdAt);
});

it("reads an excerpt anew with the next connection: of what was changed meanwhile nobody is told", async () => {
  const history = open();
  await history.openAt(at(100));
  await history.loadNewer();
  useConnectionStore().change({ kind: "offline" });
  await flushPromises();
  const [edited, last] = [history.messages.value[0] as Message, shown(history)[1]];
  ask.mockImplementation(async (_: string, { limit, after }: { limit: number; after: string }) => {
    const now = stored.map((message) => (message === edited ? { ...edited, content: "edited", changedAt: NOW } : message));
    const page = await serverHistory(() => now)({ limit, after });
    return { type: "messageHistory", data: page.messages, nextCursor: page.nextCursor, notices: [] };
  });
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(history.messages.value[0]?.content).toBe("edited");
  expect([history.messages.value.length, shown(history)[1], ask.mock.calls.length]).toEqual([200, last, 5]);
});

it("takes what is read anew also where something was changed while it was read", async () => {
  const history = open();
  await history.openAt(at(100));
  const edited = history.messages.value[0] as Message;
  useConnectionStore().change({ kind: "offline" });
  await flushPromises();
  ask.mockImplementation(async (_: string, { limit, after }: { limit: number; after: string }) => {
    const now = stored.map((message) => (message === edited ? { ...edited, content: "edited", changedAt: NOW } : message));
    const change = { roomId: "global", sortKey: sortKeyOf(LATER, "c"), kind: "deletion" as const, target: at(101), userId: "me", username: "Me", createdAt: LATER };
    rooms.update("global", (timeline) => receiveChanges(timeline, [change]));
    await nextTick();
    const page = await serverHistory(() => now)({ limit, after });
    return { type: "messageHistory", data: page.messages, nextCursor: page.nextCursor, notices: [] };
  });
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(history.messages.value[0]?.content).toBe("edited");
  expect(history.messages.value.find(({ sortKey }) => sortKey === at(101))?.deletedAt).toBe(LATER);
});

it("shows nothing else where a link cannot be followed", async () => {
  const history = open();
  ask.mockRejectedValue(new Error("no"));
  await expect(history.openAt(at(100))).rejects.toThrow("no");
  expect(history.present.value).toBe(true);
});

it("says no more that a page failed, once something else is shown", async () => {
  for (const showElse of [(history: ReturnType<typeof open>) => history.close(), (history: ReturnType<typeof open>) => history.openAt(at(200))]) {
    const history = open();
    await history.openAt(at(100));
    ask.mockRejectedValueOnce(new Error("no"));
    await history.loadNewer();
    expect(history.state.value).toBe("failed");
    await showElse(history);
    expect(history.state.value).toBe("idle");
  }
});
