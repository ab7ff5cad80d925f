import { expect, it } from "vitest";
import { NOW } from "@/testing/messages";
import type { Member } from "@/protocol/frames";
import { finished, nextExpiry, NOBODY, typed, typing, TYPING_INTERVAL_MS, TYPING_SHOWN_MS } from "./typing";

const ALICE: Member = { userId: "alice", username: "Alice" };
const BOB: Member = { userId: "bob", username: "Bob" };

it("shows who types, for as long as it is repeated", () => {
  const first = typed(NOBODY, [ALICE], NOW);
  expect(typing(first, NOW + TYPING_SHOWN_MS - 1)).toMatchObject([ALICE]);
  expect(typing(first, NOW + TYPING_SHOWN_MS)).toEqual([]);
  const repeated = typed(first, [ALICE], NOW + TYPING_INTERVAL_MS);
  expect(typing(repeated, NOW + TYPING_SHOWN_MS)).toMatchObject([ALICE]);
});

it("tells when the next of them has to disappear", () => {
  const both = typed(typed(NOBODY, [ALICE], NOW), [BOB], NOW + 1_000);
  expect(nextExpiry(both, NOW + 1_000)).toBe(NOW + TYPING_SHOWN_MS);
  expect(nextExpiry(both, NOW + TYPING_SHOWN_MS)).toBe(NOW + 1_000 + TYPING_SHOWN_MS);
  expect(nextExpiry(both, NOW + 60_000)).toBeNull();
});

it("takes away who has sent the message, and nobody else", () => {
  const both = typed(NOBODY, [ALICE, BOB], NOW);
  expect(typing(finished(both, [ALICE], NOW + 1), NOW + 1)).toMatchObject([BOB]);
});

it("does not show again who was overtaken by the message, but does once the next one is begun", () => {
  const done = finished(NOBODY, [ALICE], NOW);
  expect(typing(typed(done, [ALICE], NOW + 50), NOW + 50)).toEqual([]);
  expect(typing(typed(done, [ALICE], NOW + TYPING_INTERVAL_MS), NOW + TYPING_INTERVAL_MS)).toMatchObject([ALICE]);
});

it("forgets those of whom there is nothing left to tell", () => {
  const long = typed(finished(typed(NOBODY, [ALICE], NOW), [BOB], NOW), [], NOW + 60_000);
  expect(long.size).toBe(0);
});

it("shows nobody for an hour, and keeps nobody back, where the device's clock is set back by one", () => {
  const hour = 3_600_000;
  const before = finished(typed(NOBODY, [ALICE], NOW), [BOB], NOW);
  expect([typing(before, NOW - hour), nextExpiry(before, NOW - hour)]).toEqual([[], null]);
  expect(typing(typed(before, [ALICE, BOB], NOW - hour), NOW - hour)).toMatchObject([ALICE, BOB]);
});
