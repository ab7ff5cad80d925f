import fc from "fast-check";
import { expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import type { KnownNotice } from "./noticeGroups";
import { exported, fileName, type TextOf } from "./roomExport";

const room = (content: string, username = "Alice") => ({ roomId: "ops", title: "Operations", messages: [message(NOW, { content, username })], notices: [] as KnownNotice[] });
const textOf: TextOf = (notices) => `\u2068${notices[0].userId}\u2069 ${notices[0].event} ${notices.map(({ about }) => about ?? "").join(" and ")}`;
const notice = (time: number, rest: Partial<KnownNotice>): KnownNotice => ({ roomId: "ops", sortKey: sortKeyOf(time, "n"), userId: "bob", createdAt: time, event: "added", ...rest });

it("writes a room for people", () => {
  expect(exported(room("hello\n**there**"), "markdown", textOf)).toBe(
    "# Operations\n\n**Alice** · 2026-11-23 12:00:00 UTC\n\n> hello\n> **there**\n",
  );
});

it("writes a room for programs", () => {
  const said = room("hello");
  expect(JSON.parse(exported(said, "json", textOf))).toEqual({
    roomId: "ops",
    title: "Operations",
    messages: [{ at: "2026-11-23T12:00:00.000Z", sortKey: said.messages[0]?.sortKey, userId: "alice", username: "Alice", content: "hello" }],
    notices: [],
  });
});

const notices = [notice(NOW - 2, { about: "carol" }), notice(NOW - 1, { about: "dave" }), notice(NOW + 1, { event: "titled" })];

it("tells people what happened in between, what is alike in one line", () => {
  expect(exported({ ...room("hello"), notices }, "markdown", textOf).split("\n").slice(2)).toEqual([
    "_bob added carol and dave_ · 2026-11-23 11:59:59 UTC", "",
    "**Alice** · 2026-11-23 12:00:00 UTC", "", "> hello", "",
    "_bob titled_ · 2026-11-23 12:00:00 UTC", "",
  ]);
});

it("tells programs what happened, one by one", () => {
  const said = JSON.parse(exported({ ...room("hello"), notices }, "json", textOf)) as { notices: object[] };
  expect(said.notices).toHaveLength(3);
  expect(said.notices[0]).toEqual({
    at: "2026-11-23T11:59:59.998Z", sortKey: sortKeyOf(NOW - 2, "n"), event: "added", userId: "bob", about: "carol", text: "bob added carol",
  });
});

it("lets no name in a notice pass for a message", () => {
  const hostile: TextOf = () => "_x_\n\n**Bob** · 2026-11-23\n\n> yes";
  const lines = exported({ ...room("hello"), messages: [], notices: notices.slice(0, 1) }, "markdown", hostile).split("\n");
  expect(lines.filter((line) => /^(\*\*|>)/.test(line))).toEqual([]);
});

it("lets no message pass for another's, and no name for a heading", () => {
  expect(exported(room("hi\n\n**Bob** · 2026-11-23\n\n> yes", "**Eve**\n# Bob"), "markdown", textOf).split("\n").slice(2)).toEqual([
    "**\\*\\*Eve\\*\\* \\# Bob** · 2026-11-23 12:00:00 UTC", "", "> hi", "> ", "> **Bob** · 2026-11-23", "> ", "> > yes", "",
  ]);
});

it.each([
  ["Board: <b>Q3</b>/..", "Board-b-Q3-b.md"],
  ["../../etc", "etc.md"],
  ["\u202e", "room.md"],
  ["Größe 東京", "Größe-東京.md"],
])("names the file of %j %s", (title, name) => expect(fileName(title, "markdown")).toBe(name));

it("names every file as every system takes it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (title) => {
    expect(fileName(title, "json")).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}_-]*\.json$/u);
  }));
});
