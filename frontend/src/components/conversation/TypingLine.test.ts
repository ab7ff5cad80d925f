import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nextTick } from "vue";
import { finished, typed, TYPING_SHOWN_MS } from "@/protocol/presence/typing";
import { useBlocksStore } from "@/stores/blocks";
import { usePresenceStore } from "@/stores/presence";
import { NOW } from "@/testing/messages";
import { ME, mountPage } from "@/testing/page";
import TypingLine from "./TypingLine.vue";

const ALICE = { userId: "alice", username: "Alice" };
const BOB = { userId: "bob", username: "Bob" };
const CAROL = { userId: "carol", username: "Carol" };

async function type(...users: (typeof ALICE)[]): Promise<void> {
  usePresenceStore().updateTyping("global", (typists) => typed(typists, users, Date.now()));
  await nextTick();
}

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

it.each([
  ["en", [ALICE], "Alice is typing…"],
  ["en", [ALICE, BOB], "Alice and Bob are typing…"],
  ["en", [ALICE, BOB, CAROL], "Several people are typing…"],
  ["de", [ALICE, BOB], "Alice und Bob schreiben …"],
] as const)("names in %s who types", async (locale, users, text) => {
  const line = mountPage(TypingLine, { props: { roomId: "global" }, locale });
  await type(...users);
  expect(line.text()).toBe(text);
});

it("goes when nothing more is heard, each typist in turn", async () => {
  const line = mountPage(TypingLine, { props: { roomId: "global" } });
  await type(ALICE);
  await vi.advanceTimersByTimeAsync(1_000);
  await type(BOB);
  await vi.advanceTimersByTimeAsync(TYPING_SHOWN_MS - 1_000);
  expect(line.text()).toBe("Bob is typing…");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(line.text()).toBe("");
});

it("goes with the message", async () => {
  const line = mountPage(TypingLine, { props: { roomId: "global" } });
  await type(ALICE);
  usePresenceStore().updateTyping("global", (typists) => finished(typists, [ALICE], NOW));
  await nextTick();
  expect(line.text()).toBe("");
});

it("does not tell the user what the user does", async () => {
  const line = mountPage(TypingLine, { props: { roomId: "global" } });
  await type(ME);
  expect(line.text()).toBe("");
});

it("does not tell of somebody whom the user blocks", async () => {
  const line = mountPage(TypingLine, { props: { roomId: "global" } });
  useBlocksStore().put("bob", true);
  await type(ALICE, BOB);
  expect(line.text()).toBe("Alice is typing…");
});

it("keeps its place, and is no live region", () => {
  const line = mountPage(TypingLine, { props: { roomId: "global" } });
  expect(line.element.tagName).toBe("P");
  expect(line.attributes("aria-live")).toBeUndefined();
});
