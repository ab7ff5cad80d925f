import fc from "fast-check";
import { expect, it } from "vitest";
import type { Message } from "@/protocol/frames";
import type { Membership } from "@/protocol/roomFrames";
import { message, NOW } from "@/testing/messages";
import { accountFile, type ExportedAccount } from "./accountExport";

const kitchen: Membership = {
  roomId: `~p${"0".repeat(32)}`,
  userId: "alice",
  username: "Alice",
  role: "owner",
  joinedAt: NOW,
  mutedUntil: null,
  bannedUntil: null,
  lastRead: `${NOW}#m1`,
  notify: "all",
  favourite: true,
  room: { roomId: `~p${"0".repeat(32)}`, kind: "private", title: "Kitchen", topic: "", createdAt: NOW },
};
const ALICE: ExportedAccount = {
  userId: "alice",
  username: "Alice",
  profile: { userId: "alice", handle: "alice", displayName: "Alice", status: "*out*", showLastSeen: true, lastSeenAt: NOW },
  memberships: [kitchen],
  blocked: ["mallory"],
};

function written(format: "json" | "markdown", pages: readonly (readonly Message[])[], account = ALICE): string {
  const file = accountFile(account, format);
  pages.forEach(file.add);
  return file.end().join("");
}

it("writes for people who they are, where, and what they said", () => {
  const said = message(NOW, { roomId: kitchen.roomId, content: "hi\n# there" });
  expect(written("markdown", [[said], [message(NOW, { content: "bye" })]])).toBe(
    "# Alice @alice\n\n\\*out\\*\n\n- Kitchen · owner · 2026-11-23\n" +
      "\n**Kitchen** · 2026-11-23 12:00:00 UTC\n\n> hi\n> # there\n" +
      "\n**global** · 2026-11-23 12:00:00 UTC\n\n> bye\n",
  );
});

it("writes for programs what the server keeps of rooms and messages", () => {
  const said = message(NOW, { content: "hi", editedAt: NOW + 1_000 });
  expect(JSON.parse(written("json", [[said]]))).toEqual({
    userId: "alice",
    username: "Alice",
    profile: { ...ALICE.profile, lastSeenAt: "2026-11-23T12:00:00.000Z" },
    rooms: [{ roomId: kitchen.roomId, title: "Kitchen", role: "owner", joinedAt: "2026-11-23T12:00:00.000Z", lastRead: kitchen.lastRead, notify: "all", favourite: true, markedUnread: false }],
    blocked: ["mallory"],
    messages: [{ roomId: "global", sortKey: said.sortKey, at: "2026-11-23T12:00:00.000Z", editedAt: "2026-11-23T12:00:01.000Z", content: "hi" }],
  });
});

it("is whole JSON whatever was written, in whatever pages", () => {
  const texts = fc.array(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 4 }), { maxLength: 4 });
  fc.assert(fc.property(texts, (pages) => {
    const file = written("json", pages.map((page) => page.map((content) => message(NOW, { content }))), { userId: "a", username: "A", memberships: [], blocked: [] });
    const { messages, profile } = JSON.parse(file) as { messages: { content: string }[]; profile: unknown };
    expect(messages.map(({ content }) => content)).toEqual(pages.flat());
    expect(profile).toBeNull();
  }));
});
