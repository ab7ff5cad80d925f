import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick } from "vue";
import { createTranslations } from "@/i18n";
import { receiveChanges } from "@/protocol/rooms/changes";
import { receive, restart, sortKeyOf } from "@/protocol/rooms/timeline";
import { useAccountStore } from "@/stores/account";
import { useBlocksStore } from "@/stores/blocks";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { fakeLocks } from "@/testing/locks";
import { message, messages, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";

const shown = vi.fn();
const closed = vi.fn();
let click: (() => void) | undefined;
let rooms: ReturnType<typeof useRoomsStore>;
let sent = 10;

const FakeNotification = Object.assign(
  function (title: string, { body }: { body: string }) {
    shown(title, body);
    return { close: () => closed(title), set onclick(answer: () => void) { click = answer; } };
  },
  { permission: "default", requestPermission: async () => (FakeNotification.permission = "granted") },
);
const byBob = (content = "hi") => message(NOW + ++sent * 1_000, { username: "Bob", userId: "bob", content });

/** A tab of the page in which the user has chosen `on`. */
async function openTab(on: boolean) {
  vi.resetModules();
  const { useNotificationChoice, useNotifications } = await import("./useNotifications");
  const Tab = defineComponent({
    setup() {
      const { choose } = useNotificationChoice("me");
      useNotifications("me");
      return { choose };
    },
    render: () => h("p"),
  });
  const tab = mount(Tab, { global: { plugins: [createTranslations("en")] } });
  if (on) await tab.vm.choose(true);
  await flushPromises();
  return tab;
}

async function arrive(...items: ReturnType<typeof message>[]) {
  rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, items));
  await nextTick();
  await flushPromises();
}

async function edit({ sortKey: target, userId, username }: ReturnType<typeof message>, content: string) {
  const at = NOW + ++sent * 1_000;
  const change = { roomId: DEFAULT_ROOM, target, userId, username, kind: "edit" as const, sortKey: sortKeyOf(at, "e"), createdAt: at, content };
  rooms.update(DEFAULT_ROOM, (timeline) => receiveChanges(timeline, [change]));
  await nextTick();
  await flushPromises();
}

const visibility = vi.fn<() => DocumentVisibilityState>();

beforeEach(async () => {
  shown.mockClear();
  closed.mockClear();
  FakeNotification.permission = "default";
  vi.stubGlobal("Notification", FakeNotification);
  vi.spyOn(document, "visibilityState", "get").mockImplementation(visibility.mockReturnValue("hidden"));
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  rooms.update(DEFAULT_ROOM, (timeline) => restart(timeline, messages(1), true));
  await nextTick();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("tells of others' messages while the page is hidden", async () => {
  await openTab(true);
  await arrive(byBob());
  expect(shown).toHaveBeenCalledExactlyOnceWith("Bob · global", "hi");
});

it("is silent until asked for, and about one's own messages", async () => {
  const tab = await openTab(false);
  await arrive(byBob());
  tab.unmount();
  await openTab(true);
  await arrive(message(NOW + 900_000, { userId: "me" }));
  expect(shown).not.toHaveBeenCalled();
});

it.each([
  ["all", "hi", "Bob · global"],
  ["all", "hi @me", "Bob mentioned you · global"],
  ["mentions", "hi", undefined],
  ["mentions", "hi @me", "Bob mentioned you · global"],
  ["none", "hi @me", undefined],
] as const)("tells at the level %s of %j what is wanted", async (level, content, title) => {
  useAccountStore().signedIn({ userId: "me", username: "Me" });
  useProfilesStore().learn({ userId: "me", handle: "me", displayName: "Me", status: "" });
  useRoomChoicesStore().setLevel(DEFAULT_ROOM, level);
  await openTab(true);
  await arrive(byBob(content));
  expect(shown.mock.calls.map(([told]) => told)).toEqual(title === undefined ? [] : [title]);
});

it.each([
  ["hi", "hi @me", "Bob mentioned you · global"],
  ["hi @me", "hello @me", undefined],
  ["hi @me", "hi", undefined],
  ["hi", "hi @you", undefined],
])("tells once of a mention that an edit adds: %j becomes %j", async (before, after, title) => {
  useAccountStore().signedIn({ userId: "me", username: "Me" });
  useProfilesStore().learn({ userId: "me", handle: "me", displayName: "Me", status: "" });
  const said = byBob(before);
  await arrive(said);
  await openTab(true);
  for (const content of [after, `${after}!`]) await edit(said, content);
  expect(shown.mock.calls).toEqual(title === undefined ? [] : [[title, after]]);
});

it("is silent about those whom the user blocks, also where an edit of theirs mentions the user", async () => {
  useAccountStore().signedIn({ userId: "me", username: "Me" });
  useProfilesStore().learn({ userId: "me", handle: "me", displayName: "Me", status: "" });
  await openTab(true);
  useBlocksStore().put("bob", true);
  const said = byBob();
  await arrive(said);
  await edit(said, "hi @me");
  expect(shown).not.toHaveBeenCalled();
});

it("is silent about what is deleted before the tabs agree on which of them tells it", async () => {
  const [locks, agreed] = [fakeLocks(), Promise.withResolvers<undefined>()];
  stubNavigator("locks", { request: locks.request.bind(locks), query: () => agreed.promise.then(() => locks.query()) });
  await openTab(true);
  const said = byBob();
  await arrive(said);
  const at = NOW + ++sent * 1_000;
  const deletion = { roomId: DEFAULT_ROOM, target: said.sortKey, sortKey: sortKeyOf(at, "d"), createdAt: at, userId: "mo", username: "Mo", kind: "deletion" as const };
  rooms.update(DEFAULT_ROOM, (timeline) => receiveChanges(timeline, [deletion]));
  agreed.resolve(undefined);
  await flushPromises();
  expect(shown).not.toHaveBeenCalled();
});

it("is silent about history that is loaded", async () => {
  await openTab(true);
  rooms.activate("ops");
  rooms.update("ops", (timeline) => restart(timeline, [message(NOW, { roomId: "ops", userId: "bob" })], true));
  await nextTick();
  expect(shown).not.toHaveBeenCalled();
});

it("tells in one of several hidden tabs", async () => {
  stubNavigator("locks", fakeLocks());
  for (let tab = 0; tab < 4; tab++) await openTab(true);
  await arrive(byBob("once"));
  expect(shown).toHaveBeenCalledExactlyOnceWith("Bob · global", "once");
});

it("tells in none of them while another tab shows", async () => {
  const locks = fakeLocks();
  stubNavigator("locks", locks);
  for (let tab = 0; tab < 4; tab++) await openTab(true);
  void locks.request("chat.me.shows", { mode: "shared" }, () => new Promise(() => undefined));
  await arrive(byBob());
  expect(shown).not.toHaveBeenCalled();
});

it("tells where the browser refuses locks", async () => {
  const refusing = { request: () => Promise.reject(new DOMException("no", "SecurityError")), query: () => Promise.reject(new Error("no")) };
  stubNavigator("locks", refusing);
  await openTab(true);
  await arrive(byBob());
  expect(shown).toHaveBeenCalledOnce();
});

it("takes back what it told once its user has signed out", async () => {
  const close = vi.fn();
  const worker = { getNotifications: async () => [{ close }] };
  stubNavigator("serviceWorker", { getRegistration: async () => worker });
  const tab = await openTab(true);
  await arrive(byBob());
  tab.unmount();
  await flushPromises();
  expect(closed).toHaveBeenCalledExactlyOnceWith("Bob · global");
  expect(close).toHaveBeenCalledOnce();
});

it("takes back what it told of a room that is left, by which a phone would join it again", async () => {
  const [close, getNotifications] = [vi.fn(), vi.fn(async () => [{ close }])];
  stubNavigator("serviceWorker", { getRegistration: async () => ({ getNotifications }) });
  await openTab(true);
  rooms.join("ops");
  await arrive(byBob());
  rooms.leave(DEFAULT_ROOM);
  await flushPromises();
  expect(closed).toHaveBeenCalledExactlyOnceWith("Bob · global");
  expect([getNotifications.mock.calls, close.mock.calls.length]).toEqual([[[{ tag: DEFAULT_ROOM }]], 1]);
});

it("takes back what somebody said whom the user blocks then, on another device perhaps", async () => {
  await openTab(true);
  await arrive(byBob());
  useBlocksStore().put("carl", true);
  await flushPromises();
  expect(closed).not.toHaveBeenCalled();
  useBlocksStore().put("bob", true);
  await flushPromises();
  expect(closed).toHaveBeenCalledExactlyOnceWith("Bob · global");
});

it.each(["the page", "the service worker"])("takes back what %s told once it is deleted", async (by) => {
  const [close, getNotifications] = [vi.fn(), vi.fn(async () => [{ close }])];
  const showNotification = async () => undefined;
  stubNavigator("serviceWorker", { ready: Promise.resolve({ showNotification }), getRegistration: async () => ({ getNotifications }) });
  if (by !== "the page") {
    shown.mockImplementationOnce(() => {
      throw new TypeError("Illegal constructor");
    });
  }
  await openTab(true);
  const [first, last] = [byBob("one"), byBob("two")];
  await arrive(first, last);
  for (const [target, times] of [[first, 0], [last, 1]] as const) {
    const at = NOW + ++sent * 1_000;
    const deletion = { roomId: DEFAULT_ROOM, target: target.sortKey, sortKey: sortKeyOf(at, "d"), createdAt: at, userId: "mo", username: "Mo", kind: "deletion" as const };
    rooms.update(DEFAULT_ROOM, (timeline) => receiveChanges(timeline, [deletion]));
    await flushPromises();
    expect([close.mock.calls.length, closed.mock.calls.length]).toEqual([times, by === "the page" ? times : 0]);
  }
});

it("leads into its room, but not back into one that was left", async () => {
  await openTab(true);
  rooms.join("ops");
  await arrive(byBob());
  rooms.activate("ops");
  click?.();
  expect(rooms.active).toBe(DEFAULT_ROOM);
  rooms.leave(DEFAULT_ROOM);
  click?.();
  expect(rooms.joined).toEqual(["ops"]);
});

it("asks the service worker where a page may not show one itself", async () => {
  const showNotification = vi.fn(async () => undefined);
  const serviceWorker = { ready: Promise.resolve({ showNotification }), getRegistration: async () => undefined };
  stubNavigator("locks", undefined);
  stubNavigator("serviceWorker", serviceWorker);
  shown.mockImplementation(() => {
    throw new TypeError("Illegal constructor");
  });
  await openTab(true);
  await arrive(byBob());
  expect(showNotification).toHaveBeenCalledWith("Bob · global", expect.objectContaining({ body: "hi" }));
});
