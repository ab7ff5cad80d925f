import { expect, it } from "vitest";
import { notice } from "@/testing/log";
import { areAlike, concerned, isKnown } from "./noticeGroups";

const joined = (about: string) => notice(0, { userId: about, about });

it("puts those into one line who came by themselves, and whom the same person dealt with alike", () => {
  expect(areAlike(joined("alice"), joined("bob"))).toBe(true);
  const banned = notice(0, { event: "banned", userId: "mo" });
  expect(areAlike(banned, { ...banned, about: "carol" })).toBe(true);
  expect(areAlike(banned, { ...banned, userId: "olga" })).toBe(false);
  expect(areAlike(banned, { ...banned, event: "unbanned" })).toBe(false);
  const made = notice(0, { event: "roleSet", userId: "mo", role: "owner" });
  expect(areAlike(made, { ...made, role: "moderator" })).toBe(false);
});

it("tells who left for good from who was put out", () => {
  const putOut = notice(0, { event: "removed", userId: "mo", about: "bob" });
  const left = { ...putOut, about: "mo" };
  expect(areAlike(left, putOut)).toBe(false);
  expect(areAlike(putOut, left)).toBe(false);
  expect(areAlike(left, { ...left, userId: "olga", about: "olga" })).toBe(true);
  expect(areAlike(putOut, { ...putOut, about: "carol" })).toBe(true);
});

it.each([
  [["a"], ["a"], 0],
  [["a", "b", "a"], ["a", "b"], 0],
  [["a", "b", "c"], ["a", "b", "c"], 0],
  [["a", "b", "c", "d", "e"], ["a", "b"], 3],
  [[], [], 0],
])("names of %j %j and counts %d", (all, named, others) => {
  expect(concerned(all.map(joined))).toEqual({ named, others });
});

it("shows nothing of what a later server knows", () => {
  expect([notice(0), notice(0, { event: "archived" }), notice(0, { event: "constructor" })].map(isKnown)).toEqual([true, false, false]);
});

it("concerns nobody where nothing was done to anybody", () => {
  expect(concerned([notice(0, { event: "titled", about: undefined })])).toEqual({ named: [], others: 0 });
});
