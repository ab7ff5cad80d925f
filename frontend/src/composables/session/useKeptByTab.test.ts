import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { useDraftsStore } from "@/stores/drafts";
import { useOutboxStore } from "@/stores/outbox";
import { fakeLocks, type FakeLocks } from "@/testing/locks";
import { useKeptByTab } from "./useKeptByTab";

const ENTRY = { clientMessageId: "1", roomId: "global", content: "hello", failure: null };

const open: EffectScope[] = [];
afterEach(() => open.splice(0).forEach((scope) => scope.stop()));

function useLocks(locks: unknown): void {
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { locks }));
}

/** A browser tab of its own, with the locks and the storage of all. */
async function openTab(userId = "me") {
  setActivePinia(createPinia());
  const [outbox, drafts] = [useOutboxStore(), useDraftsStore()];
  const scope = effectScope();
  open.push(scope);
  scope.run(() => useKeptByTab(userId));
  await flushPromises();
  /** The session ends, with the tab or with the sign-out. */
  const end = async () => {
    scope.stop();
    await flushPromises();
  };
  return { outbox, drafts, end };
}

/** The storage event that the browser sends to the other tabs. */
async function storageChanges(): Promise<void> {
  window.dispatchEvent(new StorageEvent("storage", {}));
  await flushPromises();
}

describe.each([
  ["with locks", fakeLocks],
  ["without locks", () => undefined],
  ["where the browser refuses locks", () => ({ request: () => Promise.reject(new DOMException("no", "SecurityError")) })],
])("%s, what is unsent", (_, locks) => {
  beforeEach(() => useLocks(locks()));

  it("survives a reload, with the same id", async () => {
    const before = await openTab();
    before.outbox.queue(ENTRY);
    before.drafts.write("global", "half a word");
    await before.end();
    const after = await openTab();
    expect(after.outbox.entries).toEqual([ENTRY]);
    expect(after.drafts.textOf("global")).toBe("half a word");
  });

  it("outlives two tabs that have taken it from each other", async () => {
    const first = await openTab();
    first.outbox.queue(ENTRY);
    const second = await openTab();
    await storageChanges();
    await first.end();
    await second.end();
    expect((await openTab()).outbox.entries).toEqual([ENTRY]);
  });

  it("leaves nothing once it is delivered, and nothing to another user", async () => {
    const { outbox, drafts } = await openTab();
    outbox.queue(ENTRY);
    drafts.write("global", "draft");
    expect((await openTab("someone else")).outbox.entries).toEqual([]);
    outbox.discard("1");
    drafts.write("global", "");
    expect(localStorage.length).toBe(0);
  });

  it("does not stumble over a damaged store", async () => {
    localStorage.setItem("chat.me.tab.old.outbox", "{");
    localStorage.setItem("chat.me.tab.older.outbox", JSON.stringify([{ ...ENTRY, failure: "NEVER_HEARD_OF" }]));
    expect((await openTab()).outbox.entries).toEqual([{ ...ENTRY, failure: "INTERNAL" }]);
  });
});

describe("of several tabs", () => {
  let locks: FakeLocks;
  beforeEach(() => useLocks((locks = fakeLocks())));

  it("one takes over what was left behind", async () => {
    const gone = await openTab();
    gone.outbox.queue(ENTRY);
    await gone.end();
    const tabs = [await openTab(), await openTab(), await openTab()];
    expect(tabs.map(({ outbox }) => outbox.entries.length)).toEqual([1, 0, 0]);
  });

  it("none takes what a living one keeps; one does as soon as that is gone", async () => {
    const first = await openTab();
    const other = await openTab();
    first.outbox.queue(ENTRY);
    await storageChanges();
    expect(other.outbox.entries).toEqual([]);
    await first.end();
    expect(other.outbox.entries).toEqual([ENTRY]);
  });

  it("each has its own draft, and none is overwritten by another, not even when that one is gone", async () => {
    const first = await openTab();
    first.drafts.write("global", "a long draft");
    const second = await openTab();
    expect(second.drafts.textOf("global")).toBe("");
    second.drafts.write("global", "a quick note");
    await storageChanges();
    expect(first.drafts.textOf("global")).toBe("a long draft");
    await first.end();
    expect(second.drafts.textOf("global")).toBe("a quick note");
    const third = await openTab();
    expect(third.drafts.textOf("global")).toBe("a long draft");
  });

  it("holds a lock each, as long as it lives", async () => {
    const { end } = await openTab();
    expect((await locks.query()).held).toHaveLength(1);
    await end();
    expect((await locks.query()).held).toEqual([]);
  });
});
