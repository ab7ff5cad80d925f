import { expect, it } from "vitest";
import { defineComponent } from "vue";
import { mountPage } from "@/testing/page";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomTexts } from "./useRoomTexts";

function texts() {
  let found: ReturnType<typeof useRoomTexts> | undefined;
  mountPage(defineComponent({ setup: () => ((found = useRoomTexts()), () => null) }), { locale: "en" });
  return found as ReturnType<typeof useRoomTexts>;
}

it("speaks of a conversation of two as of a person, and of other rooms as of places", () => {
  const text = texts();
  for (const roomId of ["ops", "~d1"]) {
    const kind = roomId === "ops" ? "public" : "direct";
    useKnownRoomsStore().learn({ roomId, kind, title: roomId === "ops" ? "Ops" : "Bob", topic: "", createdAt: 1 });
  }
  expect(["ops", "~d1"].map((roomId) => text("rooms.left", roomId))).toEqual(["You left Ops.", "You closed the conversation with Bob."]);
  expect(["ops", "~d1"].map((roomId) => text("announce.elsewhere", roomId, { count: 2 }, 2))).toEqual([
    "2 new messages in Ops",
    "2 new messages from Bob",
  ]);
});
