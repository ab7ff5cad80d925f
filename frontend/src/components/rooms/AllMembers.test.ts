import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import type { Membership, Role } from "@/protocol/roomFrames";
import { applyAnswer } from "@/protocol/presence/presence";
import { useConnectionStore } from "@/stores/connection";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";
import { button, fakeChat, mountPage } from "@/testing/page";
import AllMembers from "./AllMembers.vue";

function member(username: string, role: Role, rest: Partial<Membership> = {}): Membership {
  return { roomId: "ops", userId: username.toLowerCase(), username, role, joinedAt: 1, mutedUntil: null, bannedUntil: null, lastRead: null, notify: "all", ...rest };
}

async function open(mine: Role, members: Membership[], nextCursor: string | null = null) {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships: members, nextCursor } });
  const page = mountPage(AllMembers, { chat, props: { roomId: "ops" } });
  useKnownRoomsStore().learnRole({ roomId: "ops", role: mine });
  await flushPromises();
  return { chat, page };
}
type Opened = Awaited<ReturnType<typeof open>>["page"];
const rows = (page: Opened) => page.findAll("[data-testid=member-entry]").map((row) => row.text());

it("lists the members with their roles, and offers a member to block another and nothing else", async () => {
  const { page } = await open("member", [member("Ada", "owner"), member("Bob", "member")]);
  expect(rows(page)).toEqual([expect.stringContaining("Owner"), expect.stringContaining("Member")]);
  await button(page, "Actions for Bob").trigger("click");
  expect(page.get("[id^=v-]").findAll("button").map((each) => each.text())).toEqual(["Block Bob"]);
});

it("says beside the role who is there, and when the others were, if they want it told", async () => {
  const { page } = await open("member", [member("Ada", "owner"), member("Bob", "member"), member("Me", "member")]);
  const there = ["ada", "me"].map((userId) => ({ userId, username: userId }));
  useConnectionStore().change({ kind: "online" });
  usePresenceStore().update("ops", (known) => applyAnswer(known, { roomId: "ops", members: there, online: 2, more: false, at: Date.now() }));
  useProfilesStore().learn({ userId: "bob", handle: "bob", displayName: "Bob", status: "", lastSeenAt: Date.now() - 5 * 60_000 });
  await flushPromises();
  expect(rows(page)).toEqual([expect.stringContaining("Owner · Online"), expect.stringContaining("Member · Last seen 5 minutes ago"), expect.stringMatching(/Member$/)]);
});

it("mutes for an hour, says so, and offers to end it", async () => {
  const { chat, page } = await open("moderator", [member("Bob", "member")]);
  await button(page, "Actions for Bob").trigger("click");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  await button(page, "Mute for an hour").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("muteMember", { roomId: "ops", userId: "bob", seconds: 3_600 });
  expect(page.get("[role=status]").text()).toBe("Bob is muted.");
  expect(rows(page)[0]).toContain("muted until");
  expect(button(page, "End the mute").exists()).toBe(true);
});

it("shows until when by the server's clock", async () => {
  const { chat, page } = await open("moderator", [member("Bob", "member")]);
  vi.mocked(chat.serverTime).mockReturnValue(Date.parse("2020-02-03T11:00:00"));
  await button(page, "Actions for Bob").trigger("click");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  await button(page, "Mute for an hour").trigger("click");
  await flushPromises();
  expect(rows(page)[0]).toContain("12:00");
});

it("takes who is removed off the list", async () => {
  const { chat, page } = await open("owner", [member("Ada", "owner"), member("Bob", "moderator")]);
  await button(page, "Actions for Bob").trigger("click");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  await button(page, "Remove").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("removeMember", { roomId: "ops", userId: "bob" });
  expect(rows(page)).toHaveLength(1);
});

it("says so where the server refuses, and changes nothing", async () => {
  const { chat, page } = await open("moderator", [member("Bob", "member")]);
  await button(page, "Actions for Bob").trigger("click");
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  await button(page, "Ban for a week").trigger("click");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("Your role does not allow that");
  expect(rows(page)[0]).not.toContain("banned");
});

it("goes on page by page, and lists nobody twice", async () => {
  const { chat, page } = await open("member", [member("Ada", "owner")], "ada");
  const memberships = [member("Ada", "owner"), member("Bob", "member")];
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "memberships", data: { memberships, nextCursor: null } });
  await button(page, "Show more members").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("listMembers", { roomId: "ops", cursor: "ada" });
  expect(rows(page)).toHaveLength(2);
});
