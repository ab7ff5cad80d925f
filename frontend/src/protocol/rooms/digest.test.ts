import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDigests, message, NOW } from "@/testing/messages";
import { comparisonOf, digestOf, MINUTE_MS } from "./digest";
import { EMPTY_TIMELINE, PUT_MS, type Timeline } from "./timeline";

const room = (overrides: Partial<Timeline>): Timeline => ({ ...EMPTY_TIMELINE, hasOlder: false, syncedTo: NOW, ...overrides });
const at = (...times: number[]) => times.map((time) => message(NOW + time));

it("is what the server computes, and differs as soon as one message does", () => {
  const times = fc.array(fc.integer({ min: -2 * MINUTE_MS, max: 4 * MINUTE_MS }), { maxLength: 30 });
  fc.assert(
    fc.property(times, fc.nat(), (offsets, missing) => {
      const stored = at(...offsets.sort((a, b) => a - b));
      const told = (known: typeof stored) =>
        compareDigests(stored, { global: digestOf(room({ messages: known }), NOW, NOW + MINUTE_MS) }, NOW + 10 * MINUTE_MS).differs;
      expect(told(stored)).toEqual([]);
      const within = stored.filter(({ createdAt }) => createdAt >= NOW && createdAt < NOW + MINUTE_MS);
      const lost = within[missing % Math.max(1, within.length)];
      if (lost) expect(told(stored.filter((item) => item !== lost))).toEqual(["global"]);
    }),
  );
});

describe("what is compared", () => {
  it("begins with the minute up to which the room is complete, and ends with the last that is settled", () => {
    const plan = comparisonOf(room({ syncedTo: NOW + 30_000 }), NOW + 5 * MINUTE_MS + PUT_MS, false);
    expect(plan).toMatchObject({ kind: "compare", digest: { from: NOW, until: NOW + 5 * MINUTE_MS }, cut: false });
  });

  it("is nothing while no minute has settled", () => {
    expect(comparisonOf(room({}), NOW + MINUTE_MS + PUT_MS - 1, false)).toEqual({ kind: "nothing" });
    expect(comparisonOf(room({}), NOW - 3_600_000, false)).toEqual({ kind: "nothing" });
  });

  it("is read instead in a room never read, or not for an hour", () => {
    expect(comparisonOf(room({ syncedTo: null }), NOW, false)).toEqual({ kind: "read" });
    expect(comparisonOf(room({}), NOW + 61 * MINUTE_MS + PUT_MS, false)).toEqual({ kind: "read" });
  });

  it("is read instead where the loaded stretch begins within its first minute", () => {
    const loaded = room({ messages: at(10_000, 20_000), hasOlder: true, syncedTo: NOW + 15_000 });
    expect(comparisonOf(loaded, NOW + 5 * MINUTE_MS, false)).toEqual({ kind: "read" });
    expect(comparisonOf({ ...loaded, hasOlder: false }, NOW + 5 * MINUTE_MS, false)).toMatchObject({ kind: "compare" });
  });

  it("begins a minute later in a room that was cut, if nobody looks at it", () => {
    const trimmed = room({ messages: at(70_000, 190_000), hasOlder: true });
    expect(comparisonOf(trimmed, NOW + 5 * MINUTE_MS, true)).toMatchObject({
      kind: "compare",
      cut: true,
      digest: { from: NOW + 2 * MINUTE_MS, count: 1 },
    });
    expect(comparisonOf(trimmed, NOW + 5 * MINUTE_MS, false)).toEqual({ kind: "read" });
  });
});

it("leaves out an id that is no UUID, as nothing would be the same of it", () => {
  expect(digestOf(room({ messages: [message(NOW, { messageId: "m1" })] }), NOW, NOW + MINUTE_MS)).toMatchObject({ count: 1, xor: "0".repeat(16) });
});
