import { expect, it } from "vitest";
import { defineComponent, h, nextTick, ref } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import { useClosedWithRoom } from "./useClosedWithRoom";
import { useDialogText, useRoomDialog, type RoomDialog } from "./useRoomDialog";

/** A page with a dialog in which `text` is written. */
async function open(dialog: RoomDialog | null, text = "") {
  const written = ref(text);
  const Form = defineComponent(() => (useDialogText(() => written.value), () => h("p")));
  const page = mountPage(
    defineComponent(() => {
      useClosedWithRoom();
      const [shown, notice, { removed }] = [useRoomDialog(), useRoomNotice(), useChanging()];
      [shown.value, notice.value, removed.value] = [null, null, null];
      return () => (shown.value ? h(Form) : null);
    }),
  );
  const rooms = useRoomsStore();
  for (const roomId of ["design", "ops"]) rooms.activate(roomId);
  useRoomDialog().value = dialog;
  await nextTick();
  return { page, rooms, written };
}

const ENDS: Record<string, (rooms: ReturnType<typeof useRoomsStore>) => void> = {
  "the room is left in another tab": (rooms) => rooms.leave("ops"),
  "one is put out of it": (rooms) => rooms.refuse("ops", "FORBIDDEN"),
};

it.each(Object.entries(ENDS))("closes what is open about a room when %s, says so, and hands out what was written", async (_, end) => {
  const { rooms, written } = await open({ kind: "report", roomId: "ops", sortKey: "1" });
  written.value = "He is rude";
  await nextTick();
  end(rooms);
  await nextTick();
  expect(useRoomDialog().value).toBeNull();
  expect(useRoomNotice().value).toEqual({ kind: "dialogEnded", roomId: "ops", written: "He is rude" });
});

it.each(Object.entries(ENDS))("asks no more whether to delete a message when %s", async (_, end) => {
  const { rooms } = await open(null);
  useChanging().removed.value = message(NOW, { roomId: "ops" });
  await nextTick();
  end(rooms);
  await nextTick();
  expect(useChanging().removed.value).toBeNull();
  expect(useRoomNotice().value).toEqual({ kind: "dialogEnded", roomId: "ops", written: "" });
});

it.each([
  ["of another room", { kind: "members", roomId: "design" }],
  ["of none", { kind: "directory" }],
  ["in which one searches: it goes on in the other rooms", { kind: "search", roomId: "ops", words: "" }],
] as const)("leaves a dialog %s", async (_, dialog) => {
  const { rooms } = await open(dialog);
  rooms.leave("ops");
  await nextTick();
  expect([useRoomDialog().value, useRoomNotice().value]).toEqual([dialog, null]);
});

it("says nothing of a room that is left for good by the dialog itself, nor forbids to open one where the room is closed", async () => {
  const { rooms } = await open({ kind: "leave", roomId: "ops" });
  rooms.leave("ops");
  useRoomDialog().value = null;
  await nextTick();
  rooms.refuse("design", "BANNED");
  useRoomDialog().value = { kind: "export", roomId: "design" };
  await nextTick();
  expect([useRoomDialog().value?.kind, useRoomNotice().value]).toEqual(["export", null]);
});
