import fc from "fast-check";
import { expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { exported, fileName } from "./roomExport";

const room = (content: string, username = "Alice") => ({ roomId: "ops", title: "Operations", messages: [message(NOW, { content, username })] });

it("writes a room for people", () => {
  expect(exported(room("hello\n**there**"), "markdown")).toBe(
    "# Operations\n\n**Alice** · 2026-11-23 12:00:00 UTC\n\n> hello\n> **there**\n",
  );
});

it("writes a room for programs", () => {
  const said = room("hello");
  expect(JSON.parse(exported(said, "json"))).toEqual({
    roomId: "ops",
    title: "Operations",
    messages: [{ at: "2026-11-23T12:00:00.000Z", sortKey: said.messages[0]?.sortKey, userId: "alice", username: "Alice", content: "hello" }],
  });
});

it("lets no message pass for another's, and no name for a heading", () => {
  expect(exported(room("hi\n\n**Bob** · 2026-11-23\n\n> yes", "**Eve**\n# Bob"), "markdown").split("\n").slice(2)).toEqual([
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
