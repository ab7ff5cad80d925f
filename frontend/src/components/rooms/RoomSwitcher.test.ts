import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { ConnectionLost } from "@/protocol/errors";
import { useRoomsStore } from "@/stores/rooms";
import { fakeChat, mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import RoomSwitcher from "./RoomSwitcher.vue";

const listed = (roomId: string) => ({ roomId, kind: "public", title: roomId, topic: "", createdAt: 0, online: 0, more: false, lastActivityAt: null });

async function open() {
  const ask = vi.fn(async () => ({ type: "rooms", data: { rooms: ["ops", "opera"].map(listed), nextCursor: null } }));
  const page = mountPage(RoomSwitcher, { chat: { ...fakeChat(), ask: ask as never } });
  const rooms = useRoomsStore();
  rooms.join("ops");
  rooms.join("shop");
  await flushPromises();
  const input = page.get("input");
  const options = () => page.findAll("[role=option]").map((option) => option.text());
  const chosen = () => page.get(`[id="${input.attributes("aria-activedescendant")}"]`).text();
  return { page, input, options, chosen };
}

it("offers the user's other rooms first, then those of the directory, each once", async () => {
  const { options } = await open();
  expect(options()).toEqual(["ops", "shop", "opera"]);
});

it("goes by keyboard to the room that is meant", async () => {
  const { page, input, options, chosen } = await open();
  await input.setValue("op");
  expect([options(), chosen()]).toEqual([["ops", "shop", "opera"], "ops"]);
  await input.trigger("keydown", { key: "ArrowUp" });
  expect(chosen()).toBe("opera");
  await input.trigger("keydown", { key: "Enter" });
  expect(page.emitted("entered")).toEqual([["opera"]]);
});

it.each([{ isComposing: true }, { keyCode: 229 }])("leaves its keys to an input method that composes a word, with %o", async (composing) => {
  const { page, input, chosen } = await open();
  await input.setValue("op");
  for (const key of ["ArrowDown", "Enter"]) await input.trigger("keydown", { key, ...composing });
  expect([chosen(), page.emitted("entered")]).toEqual(["ops", undefined]);
});

it("searches messages where no room is meant, and says so", async () => {
  const { page, input } = await open();
  await input.setValue("zzz");
  await input.trigger("keydown", { key: "Enter" });
  expect(page.emitted("entered")).toBeUndefined();
  // The directory has not said so yet.
  expect(page.get("[role=status]").text()).toBe("");
  await vi.waitFor(() => expect(page.get("[role=status]").text()).toBe("No room matches."), PATIENCE);
  expect(page.emitted("search")).toEqual([["zzz"]]);
  await page.get("[data-testid=switch-to-search]").trigger("click");
  expect(page.emitted("search")).toHaveLength(2);
});

it("says why the directory could not be asked, and not that no room matches", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockRejectedValue(new ConnectionLost(1006));
  const page = mountPage(RoomSwitcher, { chat });
  await flushPromises();
  expect(page.get("[role=status]").text()).toContain("There is no connection");
});
