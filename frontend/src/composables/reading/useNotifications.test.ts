import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import { receive, restart } from "@/protocol/rooms/timeline";
import { LOBBY, useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";

const shown = vi.fn();
let rooms: ReturnType<typeof useRoomsStore>;
let scope: EffectScope;

const FakeNotification = Object.assign(
  function (title: string, { body }: { body: string }) {
    shown(title, body);
  },
  { permission: "default", requestPermission: async () => (FakeNotification.permission = "granted") },
);

async function start(on: boolean) {
  vi.resetModules();
  const { useNotificationChoice, useNotifications } = await import("./useNotifications");
  scope = effectScope();
  await scope.run(async () => {
    const { choose } = useNotificationChoice("me");
    if (on) await choose(true);
  });
  scope.run(() => useNotifications("me"));
}

async function arrive(...items: ReturnType<typeof message>[]) {
  rooms.update(LOBBY, (timeline) => receive(timeline, items));
  await nextTick();
}

beforeEach(() => {
  shown.mockClear();
  FakeNotification.permission = "default";
  vi.stubGlobal("Notification", FakeNotification);
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  rooms.update(LOBBY, (timeline) => restart(timeline, messages(1), true));
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

it("tells of others' messages while the page is hidden", async () => {
  await start(true);
  await arrive(message(NOW + 10_000, { username: "Bob", userId: "bob", content: "hi" }));
  expect(shown).toHaveBeenCalledExactlyOnceWith("Bob · global", "hi");
});

it("is silent until asked for, and about one's own messages", async () => {
  await start(false);
  await arrive(message(NOW + 10_000, { userId: "bob" }));
  scope.stop();
  await start(true);
  await arrive(message(NOW + 20_000, { userId: "me" }));
  expect(shown).not.toHaveBeenCalled();
});

it("is silent about history that is loaded", async () => {
  await start(true);
  rooms.activate("ops");
  rooms.update("ops", (timeline) => restart(timeline, [message(NOW, { roomId: "ops", userId: "bob" })], true));
  await nextTick();
  expect(shown).not.toHaveBeenCalled();
});
