import { expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { useLeaving } from "@/composables/page/useLeaving";
import { useRoomNotice, type RoomNotice as Notice } from "@/composables/page/useRoomNotice";
import { useRoomsStore } from "@/stores/rooms";
import { stubNavigator } from "@/testing/navigator";
import { button, fakeChat, mountPage } from "@/testing/page";
import RoomNotice from "./RoomNotice.vue";

function open() {
  const chat = { ...fakeChat(), leave: (roomId: string) => useRoomsStore().leave(roomId) };
  let leave: ReturnType<typeof useLeaving>["leave"];
  const Page = defineComponent({
    setup() {
      leave = useLeaving().leave;
      const notice = useRoomNotice();
      return { show: (given: Notice | null) => (notice.value = given) };
    },
    render: () => h(RoomNotice),
  });
  const page = mountPage(Page, { chat });
  return { page, leave: (roomId: string) => leave(roomId), show: (page.vm as unknown as { show: (notice: Notice | null) => void }).show };
}

it("takes leaving back: the room is where it was, and shown", async () => {
  const { page, leave } = open();
  const rooms = useRoomsStore();
  for (const roomId of ["a", "b", "c"]) rooms.activate(roomId);
  await leave("b");
  await page.vm.$nextTick();
  expect(page.text()).toContain("You left b.");
  await button(page, "Undo").trigger("click");
  expect([rooms.joined, rooms.active]).toEqual([["global", "a", "b", "c"], "b"]);
  expect(page.text()).toBe("");
});

it("offers both rooms where only the case differs", async () => {
  const { page, show } = open();
  const rooms = useRoomsStore();
  show({ kind: "otherCase", roomId: "Global", known: "global" });
  await page.vm.$nextTick();
  await button(page, "Enter Global").trigger("click");
  expect(rooms.active).toBe("Global");
});

it("shows what a link asked for without what is hidden in it", async () => {
  const { page, show } = open();
  show({ kind: "invalid", asked: "\u202eevil\u200b" });
  await page.vm.$nextTick();
  expect(page.text()).toContain("“evil”");
  await button(page, "Dismiss").trigger("click");
  expect(page.text()).toBe("");
});

it.each<[Notice, string]>([
  [{ kind: "left", roomId: "ops" }, ""],
  [{ kind: "notIn", roomId: "ops" }, ""],
  [{ kind: "otherCase", roomId: "ops", known: "Ops" }, ""],
  [{ kind: "editEnded", roomId: "ops" }, "The message that you were editing in ops is gone. What you wrote is in the message field."],
])("says of %o, once its room is joined by another way: %j", async (notice, said) => {
  const { page, show } = open();
  show(notice);
  await page.vm.$nextTick();
  expect(page.text()).toContain("ops");
  useRoomsStore().join("ops");
  await page.vm.$nextTick();
  expect(page.text()).toBe(said);
});

it("hands out what was written in what was closed with its room", async () => {
  const { page, show } = open();
  const writeText = vi.fn(async () => undefined);
  stubNavigator("clipboard", { writeText });
  show({ kind: "dialogEnded", roomId: "ops", written: "He is rude" });
  await page.vm.$nextTick();
  expect(page.text()).toContain("You are not in ops any more");
  await button(page, "Copy what you wrote").trigger("click");
  expect(writeText).toHaveBeenCalledExactlyOnceWith("He is rude");
  show({ kind: "dialogEnded", roomId: "ops", written: "" });
  await page.vm.$nextTick();
  expect(page.findAll("button")).toHaveLength(1);
});
