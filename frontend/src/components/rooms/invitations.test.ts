import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import { button, fakeChat, field, mountPage } from "@/testing/page";
import InviteLinkForm from "./InviteLinkForm.vue";
import InvitePrompt from "./InvitePrompt.vue";

const CODE = "abcdefghijklmnopqrstuv";
const ROOM = { roomId: `~p${"0".repeat(32)}`, kind: "private" as const, title: "Board", topic: "", createdAt: 1 };

it("makes a link, says how long it is good, and puts the focus on it", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "invite", data: { code: CODE, roomId: ROOM.roomId, expiresAt: Date.now(), uses: 10 } });
  const page = mountPage(InviteLinkForm, { chat, props: { roomId: ROOM.roomId } });
  await button(page, "Create a link").trigger("submit");
  await flushPromises();
  const link = field(page, "Link to this room").element as HTMLInputElement;
  expect(link.value).toBe(`${location.origin}/#/invite/${CODE}`);
  expect(document.activeElement).toBe(link);
  expect(page.text()).toMatch(/Good until today, .*, for 10 people/);
});

it("asks for the same link again where no answer came", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValue(new RequestTimedOut());
  const page = mountPage(InviteLinkForm, { chat, props: { roomId: ROOM.roomId } });
  for (let time = 0; time < 2; time++) {
    await page.get("form").trigger("submit");
    await flushPromises();
  }
  const [first, second] = vi.mocked(chat.ask).mock.calls;
  expect(first?.[1]).toEqual({ roomId: ROOM.roomId, uses: 10, clientInviteId: expect.any(String) });
  expect(second).toEqual(first);
});

it("enters the room of an accepted invitation", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "room", data: ROOM });
  const page = mountPage(InvitePrompt, { chat, props: { code: CODE } });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("acceptInvite", { code: CODE });
  expect(page.emitted("entered")).toEqual([[ROOM.roomId]]);
});

it.each([
  ["FORBIDDEN", "expired or was used up"],
  ["BANNED", "You are banned"],
] as const)("says why an invitation is refused with %s", async (code, said) => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValue(new RequestRefused(code));
  const page = mountPage(InvitePrompt, { chat, props: { code: CODE } });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain(said);
  expect(page.emitted("entered")).toBeUndefined();
});
