import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { effectScope } from "vue";
import { useOutboxStore } from "@/stores/outbox";
import { useStoredOutbox } from "./useStoredOutbox";

const ENTRY = { clientMessageId: "1", roomId: "global", content: "hello", failure: null };
const held = new Set<string>();

/** A browser tab of its own, with the locks and the storage of all. */
async function openTab(userId = "me") {
  const pinia = createPinia();
  setActivePinia(pinia);
  const outbox = useOutboxStore();
  const scope = effectScope();
  const before = new Set(held);
  await scope.run(() => useStoredOutbox(userId));
  const own = [...held].filter((name) => !before.has(name));
  const close = () => {
    scope.stop();
    own.forEach((name) => held.delete(name));
  };
  const signOut = async () => {
    scope.stop();
    await Promise.resolve();
  };
  return { outbox, close, signOut };
}

beforeEach(() => {
  held.clear();
  const locks = {
    request: async (name: string, hold: () => Promise<void>) => {
      held.add(name);
      await hold();
      held.delete(name);
    },
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
  };
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
});

it("survives a reload, with the same id", async () => {
  const { outbox, close } = await openTab();
  outbox.queue(ENTRY);
  close();
  expect((await openTab()).outbox.entries).toEqual([ENTRY]);
});

it("survives a session that ended while the tab lives on", async () => {
  const { outbox, signOut } = await openTab();
  outbox.queue(ENTRY);
  await signOut();
  expect((await openTab()).outbox.entries).toEqual([ENTRY]);
});

it("leaves to a living tab what is that tab's", async () => {
  (await openTab()).outbox.queue(ENTRY);
  expect((await openTab()).outbox.entries).toEqual([]);
});

it("keeps nothing once it is delivered, and nothing of another user", async () => {
  const { outbox, close } = await openTab();
  outbox.queue(ENTRY);
  expect((await openTab("someone else")).outbox.entries).toEqual([]);
  outbox.discard("1");
  expect(localStorage.length).toBe(0);
  close();
});

it("does not stumble over a damaged store", async () => {
  localStorage.setItem("chat.me.outbox.old", "{");
  expect((await openTab()).outbox.entries).toEqual([]);
});
