import fc from "fast-check";
import { expect, it } from "vitest";
import type { Membership, Role } from "@/protocol/roomFrames";
import { after, offered } from "./moderation";

const ROLES: Role[] = ["none", "member", "moderator", "owner"];
const role = fc.constantFrom(...ROLES);
const until = fc.option(fc.integer({ min: 1 }));
const roomId = fc.constantFrom("ops", `~p${"0".repeat(32)}`, `~d${"0".repeat(32)}`);
const member = fc.record({ roomId, role, mutedUntil: until, bannedUntil: until }).map(
  (rest): Membership => ({ userId: "u", username: "U", joinedAt: 1, lastRead: null, notify: "all", ...rest }),
);

it("offers nothing against the same role or a higher one, in a conversation of two, or below a moderator", () => {
  fc.assert(
    fc.property(role, member, (mine, theirs) => {
      const may = ROLES.indexOf(mine) >= 2 && ROLES.indexOf(theirs.role) < ROLES.indexOf(mine);
      expect(offered(mine, theirs).length > 0).toBe(may && !theirs.roomId.startsWith("~d"));
    }),
  );
});

it("offers roles to owners alone", () => {
  fc.assert(
    fc.property(role, member, (mine, theirs) => {
      const roles = offered(mine, theirs).filter((each) => each === "promote" || each === "demote");
      expect(roles.length).toBeLessThanOrEqual(mine === "owner" ? 1 : 0);
    }),
  );
});

it("offers nothing again that has just been done", () => {
  fc.assert(
    fc.property(role, member, (mine, theirs) => {
      for (const done of offered(mine, theirs)) {
        const then = after(done, theirs, 1_000);
        expect(then === null || !offered(mine, then).includes(done)).toBe(true);
      }
    }),
  );
});

it.each([
  ["promote", { role: "moderator" }],
  ["demote", { role: "member" }],
  ["mute", { mutedUntil: 1_000 + 3_600_000 }],
  ["ban", { bannedUntil: 1_000 + 7 * 86_400_000 }],
] as const)("leaves somebody after %s with %j", (done, change) => {
  const somebody: Membership = { roomId: "ops", userId: "u", username: "U", joinedAt: 1, lastRead: null, notify: "all", role: "member", mutedUntil: null, bannedUntil: null };
  expect(after(done, somebody, 1_000)).toEqual({ ...somebody, ...change });
});

it("ends a mute by unmuting and a ban by unbanning", () => {
  const held: Membership = { roomId: "ops", userId: "u", username: "U", joinedAt: 1, lastRead: null, notify: "all", role: "member", mutedUntil: 2, bannedUntil: 3 };
  expect(after("unmute", held, 1_000)).toEqual({ ...held, mutedUntil: null });
  expect(after("unban", held, 1_000)).toEqual({ ...held, bannedUntil: null });
});
