import { expect, it, vi } from "vitest";
import { defineComponent, nextTick } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import type { Change } from "@/protocol/frames";
import { receiveChanges } from "@/protocol/rooms/changes";
import { dropBefore, receive, sortKeyOf } from "@/protocol/rooms/timeline";
import { useDraftsStore } from "@/stores/drafts";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import { useKeptEdit } from "./useKeptEdit";

const said = message(NOW, { userId: "me", roomId: "ops", content: "hi" });

function editing(text: string | null) {
  const chat = fakeChat();
  const page = mountPage(defineComponent(() => (useChanging(), useRoomNotice(), useKeptEdit(chat), () => null)));
  const rooms = useRoomsStore();
  rooms.activate("ops");
  rooms.update("ops", (timeline) => receive(timeline, [said]));
  const { edited, editedText } = useChanging();
  [useRoomNotice().value, edited.value] = [null, said];
  editedText.value = text;
  return { chat, page, rooms, edited, draft: () => useDraftsStore().textOf("ops"), notice: () => useRoomNotice().value };
}

type Editing = ReturnType<typeof editing>;
const DAY_MS = 86_400_000;
const ENDS: Record<string, { end: (on: Editing) => void; isTold?: boolean }> = {
  "a moderator deletes the message": { end: ({ rooms }) => rooms.update("ops", (timeline) => receive(timeline, [{ ...said, content: "", deletedAt: NOW + 1, changedAt: NOW + 1 }])), isTold: true },
  "a moderator deletes it where a link led to, far from the room's end": {
    end({ rooms }) {
      rooms.update("ops", (timeline) => dropBefore(timeline, NOW + 1));
      const deletion: Change = { roomId: "ops", sortKey: sortKeyOf(NOW + 2, "d"), kind: "deletion", target: said.sortKey, userId: "mo", username: "Mo", createdAt: NOW + 2 };
      rooms.update("ops", (timeline) => receiveChanges(timeline, [deletion]));
    },
    isTold: true,
  },
  "its time is over": {
    end({ chat, rooms }) {
      vi.mocked(chat.serverTime).mockReturnValue(NOW + DAY_MS + 1);
      useKnownRoomsStore().learn({ roomId: "ops", kind: "public", title: "", topic: "", createdAt: 1, retentionDays: 1 });
      rooms.update("ops", (timeline) => dropBefore(timeline, NOW + 1));
    },
    isTold: true,
  },
  "the user is banned": { end: ({ rooms }) => rooms.refuse("ops", "BANNED"), isTold: true },
  "the room is left, in another tab perhaps": { end: ({ rooms }) => rooms.leave("ops") },
  "the session ends": { end: ({ page }) => page.unmount() },
  "the page is loaded anew": { end: () => void window.dispatchEvent(new Event("pagehide")) },
};

it.each(Object.entries(ENDS))("keeps what is written as the room's draft when %s", async (_, { end, isTold = false }) => {
  const on = editing("hi, all");
  end(on);
  await nextTick();
  expect([on.draft(), on.edited.value]).toEqual(["hi, all", null]);
  expect(on.notice()).toEqual(isTold ? { kind: "editEnded", roomId: "ops" } : null);
});

it("puts it below what stands in the message field already", () => {
  const on = editing("hi, all");
  useDraftsStore().write("ops", "unsent");
  on.rooms.refuse("ops", "BANNED");
  expect(on.draft()).toBe("unsent\n\nhi, all");
});

it.each([null, "hi", "  "])("keeps nothing where nothing was written instead: %o", (text) => {
  const on = editing(text);
  on.rooms.refuse("ops", "BANNED");
  expect([on.draft(), on.edited.value, on.notice()]).toEqual(["", null, null]);
});

it("goes on with a message that another change reaches, or that is not loaded any more", () => {
  const on = editing("hi, all");
  on.rooms.update("ops", (timeline) => receive(timeline, [{ ...said, pinnedAt: NOW + 1, changedAt: NOW + 1 }]));
  on.rooms.update("ops", (timeline) => dropBefore(timeline, NOW + 1));
  expect([on.draft(), on.edited.value]).toEqual(["", said]);
});

it("keeps it, too, when another message is edited instead, which begins with its own text", () => {
  const on = editing("hi, all");
  useChanging().edited.value = message(NOW + 1, { userId: "me", roomId: "ops", content: "other" });
  expect([on.draft(), useChanging().editedText.value]).toEqual(["hi, all", null]);
});

it("goes on with it, when the same message is chosen again that a reaction has reached", () => {
  const on = editing("hi, all");
  useChanging().edited.value = { ...said, reactions: [{ emoji: "+", users: [] }] };
  expect([on.draft(), useChanging().editedText.value]).toEqual(["", "hi, all"]);
});
