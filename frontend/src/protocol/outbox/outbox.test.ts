import { expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { discard, fail, queue, retry, settle, type OutboxEntry } from "./outbox";

const FIRST: OutboxEntry = { clientMessageId: "1", roomId: "global", content: "first", failure: null };
const SECOND: OutboxEntry = { ...FIRST, clientMessageId: "2", content: "second" };
const OUTBOX = [FIRST, SECOND];

it("queues an entry once", () => {
  expect(queue(queue([], FIRST), FIRST)).toEqual([FIRST]);
});

it("marks an entry failed and pending again", () => {
  const failed = fail(OUTBOX, "2", "INTERNAL");
  expect(failed).toEqual([FIRST, { ...SECOND, failure: "INTERNAL" }]);
  expect(retry(failed, "2")).toEqual(OUTBOX);
});

it("discards an entry", () => {
  expect(discard(OUTBOX, "1")).toEqual([SECOND]);
});

it("settles the entries whose messages arrived, by whichever way", () => {
  expect(settle(OUTBOX, [message(NOW, { clientMessageId: "1" })])).toEqual([SECOND]);
  expect(settle(OUTBOX, [message(NOW)])).toBe(OUTBOX);
});
