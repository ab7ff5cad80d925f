import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import type { Profile } from "@/protocol/roomFrames";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomsStore } from "@/stores/rooms";
import { button, fakeChat, field, mountPage } from "@/testing/page";
import HandleLabel from "./HandleLabel.vue";
import InviteUserForm from "./InviteUserForm.vue";
import ProfileForm from "./ProfileForm.vue";
import StartDirectButton from "./StartDirectButton.vue";

const MINE: Profile = { userId: "me", handle: "me.1", displayName: "Me", status: "" };
const BOB: Profile = { userId: "b0b", handle: "bob", displayName: "Bob", status: "" };
const DIRECT = `~d${"0".repeat(32)}`;

async function openProfile() {
  const chat = fakeChat();
  const page = mountPage(ProfileForm, { chat });
  useProfilesStore().learn(MINE);
  await flushPromises();
  return { chat, page };
}

it("shows one's handle, and saves a new one with name and status", async () => {
  const { chat, page } = await openProfile();
  expect((field(page, "Handle").element as HTMLInputElement).value).toBe("me.1");
  await field(page, "Handle").setValue("Me.2");
  await field(page, "Status (optional)").setValue(" out ");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profile", data: { ...MINE, handle: "me.2", status: "out" } });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("setProfile", { handle: "Me.2", displayName: "Me", status: "out" });
  expect(page.get("[data-testid=profile-saved]").text()).toContain("Saved");
  expect(useProfilesStore().known.get("me")?.handle).toBe("me.2");
});

it.each([
  ["HANDLE_TAKEN", "Somebody else has that handle"],
  ["INVALID_FRAME", "The server does not accept this"],
] as const)("says of %s what is wrong, and keeps what was written", async (code, text) => {
  const { chat, page } = await openProfile();
  await field(page, "Handle").setValue("bоb");
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused(code));
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain(text);
  expect((field(page, "Handle").element as HTMLInputElement).value).toBe("bоb");
});

it("sends no name that shows nothing", async () => {
  const { chat, page } = await openProfile();
  await field(page, "Display name").setValue("\u200b ");
  await page.get("form").trigger("submit");
  expect(chat.ask).not.toHaveBeenCalled();
});

it("invites whoever has the handle", async () => {
  const chat = fakeChat();
  const page = mountPage(InviteUserForm, { chat, props: { roomId: "ops" } });
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profiles", data: { profiles: [BOB] } }).mockResolvedValueOnce({ type: "ack" });
  await field(page, "Handle of somebody").setValue(" @Bob ");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(vi.mocked(chat.ask).mock.calls).toEqual([
    ["getProfiles", { handles: ["Bob"] }],
    ["inviteMember", { roomId: "ops", userId: "b0b" }],
  ]);
  expect(page.get("[data-testid=invited]").text()).toBe("@bob is a member now.");
});

it("says so where nobody has it, and invites nobody", async () => {
  const chat = fakeChat();
  const page = mountPage(InviteUserForm, { chat, props: { roomId: "ops" } });
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profiles", data: { profiles: [] } });
  await field(page, "Handle of somebody").setValue("b0b");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.text()).toContain("Nobody has the handle “b0b”.");
  expect(chat.ask).toHaveBeenCalledTimes(1);
});

it("opens a conversation of two, and shows it", async () => {
  const chat = fakeChat();
  const page = mountPage(StartDirectButton, { chat, props: { userId: "b0b", name: "Bob" } });
  const room = { roomId: DIRECT, kind: "direct" as const, title: "", topic: "", createdAt: 1, users: ["me", "b0b"] };
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "room", data: room });
  await button(page, "Write to Bob alone").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("startDirect", { userId: "b0b" });
  expect(useRoomsStore().active).toBe(DIRECT);
  expect(useKnownRoomsStore().rooms.get(DIRECT)).toEqual(room);
  expect(useProfilesStore().wanted).toContain("b0b");
});

it("does not offer to write to oneself", () => {
  expect(mountPage(StartDirectButton, { props: { userId: "me", name: "Me" } }).find("button").exists()).toBe(false);
});

it("asks about a user once, and shows the handle once it is known", async () => {
  const page = mountPage(HandleLabel, { props: { userId: "b0b" } });
  expect(page.text()).toBe("");
  expect(useProfilesStore().wanted).toEqual(["b0b"]);
  useProfilesStore().learn(BOB);
  await flushPromises();
  expect(page.text()).toBe("@bob");
});
