import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { isRoomId, parseFrame } from "./frames";
import { sortKeyOf } from "./rooms/timeline";

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

  it("fails an answer that it cannot understand at once", () => {
    expect(parseFrame('{"type":"hologram","requestId":"7","data":{}}')).toEqual({ type: "error", requestId: "7", data: { code: "INTERNAL", message: "" } });
    expect(parseFrame('{"type":"members","requestId":"7"}')).toMatchObject({ type: "error", requestId: "7" });
  });

  it("reads past what a newer server puts between what it knows, and past fields that it does not", () => {
    const member = { userId: "bob", username: "Bob" };
    const said = message(NOW);
    const noted = { roomId: "global", sortKey: said.sortKey, userId: "bob", createdAt: NOW, event: "renamed" };
    const change = { roomId: "global", sortKey: said.sortKey, target: said.sortKey, ...member, createdAt: NOW, kind: "deletion" };
    const membership = { roomId: "global", ...member, role: "member", joinedAt: NOW, mutedUntil: null, bannedUntil: null, lastRead: null, notify: "all" };
    const listed = { roomId: "global", kind: "public", title: "", topic: "", createdAt: NOW, online: 1, more: false, lastActivityAt: null };
    const lists = {
      newMessages: { entry: said, frame: (data: unknown) => ({ data }) },
      changes: { entry: change, frame: (data: unknown) => ({ data }) },
      messageHistory: { entry: said, frame: (data: unknown) => ({ data, changed: data, notices: [noted, {}] }) },
      mentions: { entry: said, frame: (messages: unknown) => ({ data: { messages, nextCursor: null } }) },
      searchResults: { entry: said, frame: (messages: unknown) => ({ data: { messages, moreIn: [], nextCursor: null } }) },
      memberships: { entry: membership, frame: (memberships: unknown) => ({ data: { memberships, nextCursor: null } }) },
      rooms: { entry: listed, frame: (rooms: unknown) => ({ data: { rooms, nextCursor: null } }) },
      members: { entry: member, frame: (members: unknown) => ({ data: { roomId: "global", members, online: 1, more: false, at: NOW } }) },
      profiles: { entry: { userId: "bob", handle: "bob", displayName: "Bob", status: "" }, frame: (profiles: unknown) => ({ data: { profiles } }) },
      blocked: { entry: { userId: "Bob", blockedAt: NOW }, frame: (blocked: unknown) => ({ data: { blocked, nextCursor: null } }) },
      newMessage: { entry: member, frame: (users: unknown) => ({ data: { ...said, reactions: [{}, { emoji: "👍", users }] } }) },
      typing: { entry: member, frame: (users: unknown) => ({ data: { roomId: "global", users } }) },
      presence: { entry: { ...member, online: true, at: NOW }, frame: (changes: unknown) => ({ data: { roomId: "global", changes } }) },
    };
    for (const [type, { entry: known, frame }] of Object.entries(lists)) {
      const parsed = parseFrame(JSON.stringify({ type, ...frame([{ ...known, hologram: 1 }, { kind: "later" }, null, 7, known]) }));
      const expected = parseFrame(JSON.stringify({ type, ...frame([known, known]) }));
      expect(parsed, type).toEqual(expected);
      expect(JSON.stringify(parsed), type).toMatch(/global|Bob/);
    }
    expect(parseFrame(JSON.stringify({ type: "memberships", data: { memberships: [{ ...membership, role: "guardian", notify: "sometimes" }], nextCursor: null } }))).toMatchObject({
      data: { memberships: [{ role: "member", notify: "all" }] },
    });
  });

  it("takes no time that cannot be shown or ordered, and no wait that a timer would not wait for", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (given) => {
        const said = parseFrame(JSON.stringify({ type: "newMessage", data: { ...message(NOW), createdAt: given } }));
        const time = said?.type === "newMessage" ? said.data.createdAt : Number.NaN;
        expect(() => new Date(time).toISOString()).not.toThrow();
        expect(sortKeyOf(time)).toMatch(/^\d{13}#$/);
        const refused = parseFrame(JSON.stringify({ type: "error", data: { code: "RATE_LIMITED", retryAfterMs: given } }));
        const wait = refused?.type === "error" ? (refused.data.retryAfterMs ?? -1) : -1;
        expect(wait >= 0 && wait < 2 ** 31).toBe(true);
      }),
    );
  });

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
