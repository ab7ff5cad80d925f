import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { useRoomsStore } from "@/stores/rooms";
import { fakeChat, mountPage } from "@/testing/page";
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

it("searches messages where no room is meant, and says so", async () => {
  const { page, input } = await open();
  await input.setValue("zzz");
  await input.trigger("keydown", { key: "Enter" });
  expect(page.emitted("entered")).toBeUndefined();
  expect(page.text()).toContain("No room matches.");
  expect(page.emitted("search")).toEqual([["zzz"]]);
  await page.get("[data-testid=switch-to-search]").trigger("click");
  expect(page.emitted("search")).toHaveLength(2);
});
