import fc from "fast-check";
import { expect, it } from "vitest";
import { isRoomId } from "@/protocol/frames";
import { inviteHash, messageHash, roomHash, roomLink, sameButForCase } from "./roomLink";

it.each([
  ["#/rooms/ops", { kind: "room", roomId: "ops" }],
  ["#/rooms/%6Fps", { kind: "room", roomId: "ops" }],
  ["#/rooms/constructor", { kind: "room", roomId: "constructor" }],
  ["#/rooms/ops/m/1764000000000%23a-1", { kind: "message", roomId: "ops", sortKey: "1764000000000#a-1" }],
  ["#/rooms/ops/m/1764000000000#a-1", { kind: "message", roomId: "ops", sortKey: "1764000000000#a-1" }],
  ["#/rooms/ops/m/1764", { kind: "invalid", asked: "ops/m/1764" }],
  ["#/rooms/two%20words/m/1764000000000%23a", { kind: "invalid", asked: "two words/m/1764000000000#a" }],
  ["", { kind: "none" }],
  ["#/", { kind: "none" }],
  ["#/rooms/%", { kind: "invalid", asked: "%" }],
  ["#/rooms/%E0%A4%A", { kind: "invalid", asked: "%E0%A4%A" }],
  ["#/rooms/two%20words", { kind: "invalid", asked: "two words" }],
  [`#/rooms/${"a".repeat(65)}`, { kind: "invalid", asked: "a".repeat(65) }],
  [`#/rooms/${"a".repeat(9_999)}`, { kind: "invalid", asked: "a".repeat(80) }],
  ["#/rooms/", { kind: "invalid", asked: "" }],
  ["#conversation", { kind: "invalid", asked: "conversation" }],
])("reads %s", (hash, link) => expect(roomLink(hash)).toEqual(link));

it("has an answer to any address, and leads to a room only by its exact name", () => {
  const anything = fc.oneof(fc.string({ unit: "grapheme" }), fc.webFragments(), fc.string().map((text) => `/rooms/${text}`));
  fc.assert(
    fc.property(anything, (text) => {
      const link = roomLink(`#${text}`);
      if (link.kind === "room") expect(isRoomId(link.roomId)).toBe(true);
      if (link.kind === "invalid") expect(link.asked.length).toBeLessThanOrEqual(160);
    }),
  );
});

it("finds its own addresses again", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (roomId) => {
      expect(roomLink(roomHash(roomId))).toEqual({ kind: "room", roomId });
    }),
  );
});

it.each([
  ["Global", ["ops", "global"], "global"],
  ["global", ["global", "Global"], undefined],
  ["news", ["global"], undefined],
])("knows of %s among %s: %s", (roomId, known, other) => expect(sameButForCase(roomId, known)).toBe(other));

it("leads from an invitation to its code, and from a broken one to no room", () => {
  const code = "abc_DEF-0123456789abcd";
  expect(roomLink(inviteHash(code))).toEqual({ kind: "invite", code });
  expect(roomLink(`${inviteHash(code)}x`).kind).toBe("invalid");
});

it("leads to the message that a link was made to", () => {
  const room = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const sortKey = fc.stringMatching(/^[0-9]{13}#[0-9a-f-]{36}$/);
  fc.assert(fc.property(room, sortKey, (roomId, key) => {
    expect(roomLink(messageHash(roomId, key))).toEqual({ kind: "message", roomId, sortKey: key });
  }));
});
