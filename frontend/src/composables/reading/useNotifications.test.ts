import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h, nextTick } from "vue";
import { createTranslations } from "@/i18n";
import { receive, restart } from "@/protocol/rooms/timeline";
import { useAccountStore } from "@/stores/account";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { fakeLocks } from "@/testing/locks";
import { message, messages, NOW } from "@/testing/messages";
import { stubNavigator } from "@/testing/navigator";

const shown = vi.fn();
let rooms: ReturnType<typeof useRoomsStore>;
let sent = 10;

const FakeNotification = Object.assign(
  function (title: string, { body }: { body: string }) {
    shown(title, body);
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

const visibility = vi.fn<() => DocumentVisibilityState>();

beforeEach(async () => {
  shown.mockClear();
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

it("asks the service worker where a page may not show one itself", async () => {
  const showNotification = vi.fn(async () => undefined);
  const serviceWorker = { ready: Promise.resolve({ showNotification }) };
  stubNavigator("locks", undefined);
  stubNavigator("serviceWorker", serviceWorker);
  shown.mockImplementation(() => {
    throw new TypeError("Illegal constructor");
  });
  await openTab(true);
  await arrive(byBob());
  expect(showNotification).toHaveBeenCalledWith("Bob · global", expect.objectContaining({ body: "hi" }));
});
