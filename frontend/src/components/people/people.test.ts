import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { provideStartDirect } from "@/composables/people/useStartDirect";
import { AuthenticationFailed } from "@/auth/authentication";
import { RequestRefused } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import type { Profile } from "@/protocol/roomFrames";
import { useAccountStore } from "@/stores/account";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomsStore } from "@/stores/rooms";
import { button, fakeChat, fakeCognito, field, ME, mountPage } from "@/testing/page";
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
  expect(chat.ask).toHaveBeenLastCalledWith("setProfile", { handle: "Me.2", status: "out" });
  expect(page.get("[data-testid=profile-saved]").text()).toContain("Saved");
  expect(useProfilesStore().known.get("me")?.handle).toBe("me.2");
});

it("says of nothing that it is saved which is written while it saves, and saves that once more where one asks for it", async () => {
  const { chat, page } = await openProfile();
  const answers = [Promise.withResolvers<Reply>(), Promise.withResolvers<Reply>()] as const;
  vi.mocked(chat.ask).mockReturnValueOnce(answers[0].promise).mockReturnValueOnce(answers[1].promise);
  await field(page, "Status (optional)").setValue("out");
  await page.get("form").trigger("submit");
  await field(page, "Status (optional)").setValue("back");
  answers[0].resolve({ type: "profile", data: { ...MINE, status: "out" } });
  await flushPromises();
  expect(page.get("[data-testid=profile-saved]").text()).toBe("");
  await page.get("form").trigger("submit");
  await field(page, "Status (optional)").setValue("there");
  await page.get("form").trigger("submit");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profile", data: { ...MINE, status: "there" } });
  answers[1].resolve({ type: "profile", data: { ...MINE, status: "back" } });
  await flushPromises();
  expect(vi.mocked(chat.ask).mock.calls.map(([, wanted]) => wanted)).toEqual([{ status: "out" }, { status: "back" }, { status: "there" }]);
  expect(page.get("[data-testid=profile-saved]").text()).toContain("Saved");
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

it("sends what was changed and no more, also before it knows the rest", async () => {
  const chat = fakeChat();
  const page = mountPage(ProfileForm, { chat });
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profile", data: { ...MINE, handle: "me.2", status: "out" } });
  await field(page, "Handle").setValue("me.2");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("setProfile", { handle: "me.2" });
  expect((field(page, "Status (optional)").element as HTMLInputElement).value).toBe("out");
});

it("says that the name could not be changed where messages take it from, and tries that again", async () => {
  const chat = fakeChat();
  const authentication = fakeCognito();
  const page = mountPage(ProfileForm, { chat, authentication });
  useAccountStore().signedIn(ME);
  useProfilesStore().learn(MINE);
  await flushPromises();
  await field(page, "Display name").setValue("Me the Second");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profile", data: { ...MINE, displayName: "Me the Second" } });
  authentication.rename.mockRejectedValueOnce(new AuthenticationFailed("unreachable"));
  await page.get("form").trigger("submit");
  await flushPromises();
  expect([page.get("[role=alert]").text(), page.get("[data-testid=profile-saved]").text()]).toEqual(["That did not work. Try again in a moment.", ""]);
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledOnce();
  expect([useAccountStore().user?.username, page.get("[data-testid=profile-saved]").text()]).toEqual(["Me the Second", "Saved. Others may see it a little later."]);
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
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profiles", data: { profiles: [BOB], left: [] } }).mockResolvedValueOnce({ type: "ack" });
  await field(page, "Handle of the person").setValue(" @Bob ");
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
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profiles", data: { profiles: [], left: [] } });
  await field(page, "Handle of the person").setValue("b0b");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.text()).toContain("Nobody has the handle “b0b”.");
  expect(chat.ask).toHaveBeenCalledTimes(1);
});

/** The button as it stands in a list of people. */
const directTo = (userId: string, name: string) =>
  defineComponent(() => {
    provideStartDirect();
    return () => h(StartDirectButton, { userId, name });
  });

it("opens a conversation of two, and shows it", async () => {
  const chat = fakeChat();
  const page = mountPage(directTo("b0b", "Bob"), { chat });
  const room = { roomId: DIRECT, kind: "direct" as const, title: "", topic: "", createdAt: 1, users: ["me", "b0b"] };
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "room", data: room });
  await button(page, "Message Bob directly").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("startDirect", { userId: "b0b" });
  expect(useRoomsStore().active).toBe(DIRECT);
  expect(useKnownRoomsStore().rooms.get(DIRECT)).toEqual(room);
  expect(useProfilesStore().wanted).toContain("b0b");
});

it("does not offer to write to oneself", () => {
  expect(mountPage(directTo("me", "Me")).find("button").exists()).toBe(false);
});

it("asks about a user once, and shows the handle once it is known", async () => {
  const page = mountPage(HandleLabel, { props: { userId: "b0b" } });
  expect(page.text()).toBe("");
  expect(useProfilesStore().wanted).toEqual(["b0b"]);
  useProfilesStore().learn(BOB);
  await flushPromises();
  expect(page.text()).toBe("@bob");
});
