import fc from "fast-check";
import { expect, it } from "vitest";
import { isRoomId } from "@/protocol/frames";
import { inviteHash, roomHash, roomLink, sameButForCase } from "./roomLink";

it.each([
  ["#/rooms/ops", { kind: "room", roomId: "ops" }],
  ["#/rooms/%6Fps", { kind: "room", roomId: "ops" }],
  ["#/rooms/constructor", { kind: "room", roomId: "constructor" }],
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
