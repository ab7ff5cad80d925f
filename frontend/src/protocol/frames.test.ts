import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { isRoomId, parseFrame } from "./frames";

describe("parseFrame", () => {
  it("reads each frame of the protocol", () => {
    const data = message(NOW);
    const member = { userId: "bob", username: "Bob" };
    const change = { roomId: "global", sortKey: data.sortKey, target: data.sortKey, ...member, createdAt: NOW };
    const frames = [
      { type: "newMessage", requestId: "1", data },
      { type: "newMessages", data: [data] },
      { type: "messageHistory", requestId: "2", roomId: "global", nextCursor: null, data: [data], changes: [], changed: [], notices: [] },
      { type: "change", requestId: "7", data: { ...change, kind: "deletion" } },
      { type: "changes", data: [{ ...change, kind: "edit", content: "Hi" }, { ...change, kind: "reaction", emoji: "👍", on: true }] },
      { type: "ack", requestId: "3" },
      { type: "members", requestId: "5", data: { roomId: "global", members: [member], online: 1, more: false, at: NOW } },
      { type: "members", requestId: "6", data: { roomId: "global", members: null, online: 1_000, more: true, at: NOW } },
      { type: "presence", data: { roomId: "global", changes: [{ ...member, online: false, at: NOW }] } },
      { type: "typing", data: { roomId: "global", users: [member] } },
      { type: "error", requestId: "4", data: { code: "RATE_LIMITED", message: "slow down" } },
    ];
    expect(frames.map((frame) => parseFrame(JSON.stringify(frame)))).toEqual(frames);
  });

  it("reads API Gateway's own error frame", () => {
    const frame = { message: "Internal server error", connectionId: "L0SM9cOFvHcCIhw=", requestId: "its own" };
    expect(parseFrame(JSON.stringify(frame))).toEqual({ type: "gatewayError", message: "Internal server error" });
  });

  it("takes an error code it does not know as an internal error", () => {
    const frame = parseFrame('{"type":"error","requestId":"1","data":{"code":"NEW_CODE","message":""}}');
    expect(frame).toMatchObject({ data: { code: "INTERNAL" } });
  });

  it.each(["", "null", "[]", '"text"', "{", '{"type":"presence"}', '{"type":"newMessage","data":{"content":"x"}}'])(
    "ignores %s",
    (text) => expect(parseFrame(text)).toBeNull(),
  );

  it("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseFrame(text)));
  });
});

it.each([
  ["global", true],
  ["a".repeat(64), true],
  ["a".repeat(65), false],
  ["", false],
  ["two words", false],
  ["größe", false],
])("knows whether %s is a room's name", (text, valid) => expect(isRoomId(text)).toBe(valid));
