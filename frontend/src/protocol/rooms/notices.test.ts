import { expect, it } from "vitest";
import { message, messages, NOW } from "@/testing/messages";
import { notice } from "@/testing/log";
import { digestOf, MINUTE_MS } from "./digest";
import { noticesAmong, receiveNotices } from "./notices";
import { dropBefore, EMPTY_TIMELINE, restart, trim } from "./timeline";

const said = messages(3);
const [before, first, second] = [notice(NOW - 1), notice(NOW + 500), notice(NOW + 1_500)] as const;
const LIVE = receiveNotices(restart(EMPTY_TIMELINE, said, true, NOW), [second, first]);

it("keeps notices in the order of the log, each once", () => {
  expect(LIVE.notices).toEqual([first, second]);
  expect(receiveNotices(LIVE, [first, second])).toBe(LIVE);
});

it("counts them into the digest", () => {
  const of = (timeline: typeof LIVE) => digestOf(timeline, 0, NOW + MINUTE_MS).count;
  expect(of(LIVE)).toBe(of(restart(EMPTY_TIMELINE, said, true, NOW)) + 2);
});

it("shows those among the messages, and before the first one only where the room begins", () => {
  const all = [before, first, second];
  expect(noticesAmong(all, said, true)).toEqual(all);
  expect(noticesAmong(all, said, false)).toEqual([first, second]);
  expect(noticesAmong(all, [], true)).toEqual(all);
  expect(noticesAmong(all, [], false)).toEqual([]);
});

it("forgets those that come again with older messages", () => {
  expect(trim(LIVE, 2).notices).toEqual([second]);
  expect(dropBefore(LIVE, NOW + 1_000).notices).toEqual([second]);
  expect(restart(LIVE, said.slice(1), false).notices).toEqual([second]);
  expect(restart(LIVE, [message(NOW - 1), ...said], true).notices).toEqual([first, second]);
});
