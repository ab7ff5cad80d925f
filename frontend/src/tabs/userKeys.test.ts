import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryStorage } from "@/testing/simulation/memoryStorage";
import { renameOldKeys, userKey } from "./userKeys";

const TAB = "0b9f6a3e-58c1-4a51-9d7e-1c2d3e4f5a6b";
/** Names that look like each other's keys, and any text at all, halves of emoji too. */
const words = fc.constantFrom("x", "outbox", "tab", "draft", "rooms", "lastRead", TAB, "%2e;", ".", "", "ü@é");
const users = fc.oneof(fc.array(words, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(".")), fc.string({ unit: "binary" }));
const rooms = fc.oneof(fc.constantFrom("rooms", "outbox", "tab", "global"), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/));
const kinds = fc.oneof(
  fc.constantFrom("rooms", "lastRead", "notifications", "left", "speaks", "shows", `tab.${TAB}`, `tab.${TAB}.outbox`),
  rooms.map((roomId) => `tab.${TAB}.draft.${roomId}`),
);

describe("the names of what is kept", () => {
  it("are no two users', rooms' or kinds', whatever those are called", () => {
    fc.assert(
      fc.property(users, kinds, users, kinds, (user, kind, other, otherKind) => {
        const same = user === other && kind === otherKind;
        expect(userKey(user, kind) === userKey(other, otherKind)).toBe(same);
      }),
      { numRuns: 2_000 },
    );
  });

  it("of one user never begin like those of all tabs of another", () => {
    fc.assert(
      fc.property(users, users, kinds, (user, other, kind) => {
        fc.pre(user !== other);
        expect(userKey(other, kind).startsWith(userKey(user, ""))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("stay what they were for a user whose name says nothing else", () => {
    expect(userKey("5f0c-alice_1", "rooms")).toBe("chat.5f0c-alice_1.rooms");
  });
});

describe("what earlier versions kept", () => {
  function kept(items: Record<string, string>, userId: string): Record<string, string> {
    const storage = memoryStorage();
    for (const [key, text] of Object.entries(items)) storage.setItem(key, text);
    renameOldKeys(storage, userId);
    renameOldKeys(storage, userId);
    return Object.fromEntries(Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "").map((key) => [key, storage.getItem(key) ?? ""]));
  }

  it("is found under its name of today", () => {
    const items = {
      "chat.a.b@c.rooms": "rooms",
      "chat.a.b@c.lastRead": "read",
      "chat.a.b@c.notifications": "true",
      [`chat.a.b@c.tab.${TAB}.outbox`]: "unsent",
      [`chat.a.b@c.tab.${TAB}.draft.global`]: "half",
      [`chat.a.b@c.outbox.${TAB.replace("0", "1")}`]: "older unsent",
      "chat.a.b@c.draft.ops": "older half",
    };
    const start = userKey("a.b@c", "");
    expect(kept(items, "a.b@c")).toEqual({
      [`${start}rooms`]: "rooms",
      [`${start}lastRead`]: "read",
      [`${start}notifications`]: "true",
      [`${start}tab.${TAB}.outbox`]: "unsent",
      [`${start}tab.${TAB}.draft.global`]: "half",
      [`${start}tab.${TAB.replace("0", "1")}.outbox`]: "older unsent",
      [`${start}tab.old.draft.ops`]: "older half",
    });
  });

  it.each(["chat.x.outbox.rooms", `chat.x.outbox.outbox.${TAB}`, "chat.x.draft.lastRead", "chat.x.tab.y.rooms"])("is left to its owner: %s", (key) => {
    expect(kept({ [key]: "of another" }, "x")).toEqual({ [key]: "of another" });
  });

  it("does not overwrite what is newer", () => {
    const name = userKey("x.y", "rooms");
    expect(kept({ "chat.x.y.rooms": "old", [name]: "new" }, "x.y")).toEqual({ [name]: "new" });
  });
});
