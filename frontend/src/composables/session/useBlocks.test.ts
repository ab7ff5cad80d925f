import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import type { Chat } from "@/composables/session/useChat";
import type { Reply } from "@/protocol/frames";
import { useBlocksStore } from "@/stores/blocks";
import { useConnectionStore } from "@/stores/connection";
import { fakeChat } from "@/testing/page";
import { useBlocks } from "./useBlocks";

let scope: EffectScope;
let chat: Chat;
const known = (): string[] => [...useBlocksStore().users].sort();
const page = (userIds: string[], nextCursor: string | null): Reply => ({
  type: "blocked",
  data: { blocked: userIds.map((userId) => ({ userId, blockedAt: 1 })), nextCursor },
});
const push = (userId: string, blocked: boolean): void =>
  void vi.mocked(chat.onAccount).mock.calls[0]?.[0]({ type: "block", data: { userId, blocked } });

function open(): void {
  setActivePinia(createPinia());
  scope = effectScope();
  chat = fakeChat();
  scope.run(() => useBlocks(chat));
}

beforeEach(() => {
  localStorage.clear();
  open();
});
afterEach(() => scope.stop());

it("has all that the account blocks, page by page, with each connection", async () => {
  vi.mocked(chat.ask).mockResolvedValueOnce(page(["amy"], "amy")).mockResolvedValueOnce(page(["bob"], null));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(known()).toEqual(["amy", "bob"]);
  expect(vi.mocked(chat.ask).mock.calls.map(([, data]) => data)).toEqual([{}, { cursor: "amy" }]);
  vi.mocked(chat.ask).mockResolvedValueOnce(page(["bob"], null));
  for (const kind of ["offline", "online"] as const) {
    useConnectionStore().change({ kind });
    await flushPromises();
  }
  expect(known()).toEqual(["bob"]);
});

it("counts what was pushed while it asked for more than the answer", async () => {
  const answer = Promise.withResolvers<Reply>();
  vi.mocked(chat.ask).mockReturnValueOnce(answer.promise);
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  push("amy", true);
  push("bob", false);
  answer.resolve(page(["bob", "carl"], null));
  await flushPromises();
  expect(known()).toEqual(["amy", "carl"]);
});

it("asks a server that always has a next page so often and no more, and forgets nobody by that", async () => {
  push("zoe", true);
  let asked = 0;
  vi.mocked(chat.ask).mockImplementation(async () => page([`user-${++asked}`], asked < 1_000 ? `user-${asked}` : null));
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(asked).toBeLessThan(50);
  expect(known()).toEqual(expect.arrayContaining(["user-1", "zoe"]));
});

it("knows them without a network, and nobody from a text that is no list", async () => {
  push("amy", true);
  await flushPromises();
  scope.stop();
  open();
  expect(known()).toEqual(["amy"]);
  for (const text of ["{", '"amy"', "[1, null]"]) {
    scope.stop();
    localStorage.setItem("chat.me.blocks", text);
    open();
    expect(known()).toEqual([]);
  }
});
