import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { useRoomDialog } from "@/composables/rooms/useRoomDialog";
import { useConnectionStore } from "@/stores/connection";
import { useRoomsStore } from "@/stores/rooms";
import { button, fakeChat, mountPage } from "@/testing/page";
import RoomPanel from "./RoomPanel.vue";

const listed = (roomId: string, online: number) => ({ roomId, kind: "public", title: roomId, topic: "", createdAt: 0, online, more: false, lastActivityAt: null });

async function open() {
  const rooms = [listed("a", 1), listed("b", 9), listed("c", 3), listed("d", 0), listed("global", 50)];
  const ask = vi.fn(async () => ({ type: "rooms", data: { rooms, nextCursor: null } }));
  const page = mountPage(RoomPanel, { chat: { ...fakeChat(), ask: ask as never } });
  expect(ask).not.toHaveBeenCalled();
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  return page;
}

it("shows somebody who is in one room where people are, and lets them in", async () => {
  const page = await open();
  const popular = () => page.findAll("[data-testid^=listed-]").map((row) => row.attributes("data-testid"));
  expect(popular()).toEqual(["listed-b", "listed-c", "listed-a"]);
  await page.get("[data-testid=listed-b]").trigger("click");
  expect(useRoomsStore().active).toBe("b");
  expect(page.find("[data-testid=first-steps]").exists()).toBe(false);
});

it("leads to a room of one's own", async () => {
  await button(await open(), "Create a room of your own").trigger("click");
  expect(useRoomDialog().value).toEqual({ kind: "create" });
});
