import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { RequestRefused, RequestTimedOut } from "@/protocol/errors";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { button, fakeChat, field, mountPage } from "@/testing/page";
import CreateRoomForm from "./CreateRoomForm.vue";

const ROOM = { roomId: "book-club", kind: "public" as const, title: "Book club", topic: "", createdAt: 1 };

function open() {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "room", data: ROOM });
  return { chat, page: mountPage(CreateRoomForm, { chat }) };
}

it("makes a public room under a name that follows its title, and enters it as its owner", async () => {
  const { chat, page } = open();
  await field(page, "Title").setValue("Book club");
  await field(page, "Topic (optional)").setValue(" Novels ");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("createRoom", { kind: "public", roomId: "book-club", title: "Book club", topic: "Novels" });
  expect(page.emitted("entered")).toEqual([["book-club"]]);
  expect(useKnownRoomsStore().mayInvite("book-club")).toBe(true);
});

it("asks for no name of a private room", async () => {
  const { chat, page } = open();
  await page.findAll("[role=radio]")[1]?.trigger("click");
  await field(page, "Title").setValue("日本語");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("createRoom", { kind: "private", title: "日本語", topic: "", clientRoomId: expect.any(String) });
});

it("asks for the same private room again where no answer came, and for another under another title", async () => {
  const { chat, page } = open();
  vi.mocked(chat.ask).mockRejectedValue(new RequestTimedOut());
  await page.findAll("[role=radio]")[1]?.trigger("click");
  for (const title of ["Plans", "Plans", "Other plans"]) {
    await field(page, "Title").setValue(title);
    await page.get("form").trigger("submit");
    await flushPromises();
  }
  const ids = vi.mocked(chat.ask).mock.calls.map(([, wanted]) => (wanted as { clientRoomId: string }).clientRoomId);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

it("says what is missing, and puts the focus there", async () => {
  const { chat, page } = open();
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).not.toHaveBeenCalled();
  expect(page.text()).toContain("Please enter a title.");
  expect(document.activeElement).toBe(field(page, "Title").element);
});

it("says so where the name is taken, until another is chosen", async () => {
  const { chat, page } = open();
  vi.mocked(chat.ask).mockRejectedValue(new RequestRefused("FORBIDDEN"));
  await field(page, "Title").setValue("Global");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("“global” is taken or reserved");
  expect(button(page, "Create room").attributes("aria-busy")).toBeUndefined();
  await field(page, "Name in its link").setValue("global-2");
  expect(page.find("[role=alert]").exists()).toBe(false);
});
