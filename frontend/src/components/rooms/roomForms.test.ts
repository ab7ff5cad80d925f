import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { RequestRefused } from "@/protocol/errors";
import { useWritten } from "@/composables/rooms/useRoomDialog";
import type { Role, Room } from "@/protocol/roomFrames";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { field, fakeChat, mountPage } from "@/testing/page";
import ReportForm from "./ReportForm.vue";
import RoomSettingsForm from "./RoomSettingsForm.vue";

const ROOM = { roomId: "ops", kind: "public" as const, title: "Operations", topic: "What burns", createdAt: 1 };

it("changes title and topic, beginning with what they are", async () => {
  const chat = fakeChat();
  const page = mountPage(RoomSettingsForm, { chat, props: { roomId: "ops" } });
  useKnownRoomsStore().learn(ROOM);
  page.unmount();
  const again = mountPage(RoomSettingsForm, { chat, props: { roomId: "ops" } });
  await field(again, "Title").setValue(" Ops ");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "room", data: { ...ROOM, title: "Ops" } });
  await again.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("updateRoom", { roomId: "ops", title: "Ops", topic: "" });
  expect(useKnownRoomsStore().rooms.get("ops")?.title).toBe("Ops");
  expect(again.emitted("saved")).toHaveLength(1);
});

/** The form of a room that the page knows already. */
function settingsOf(room: Room, role: Role) {
  const chat = fakeChat();
  const known = defineComponent(() => {
    useKnownRoomsStore().learn(room);
    useKnownRoomsStore().learnRole({ roomId: room.roomId, role });
    return () => h(RoomSettingsForm, { roomId: room.roomId });
  });
  return { chat, page: mountPage(known, { chat }) };
}

it("lets owners alone choose how long messages are kept", async () => {
  expect(settingsOf(ROOM, "moderator").page.find("select").exists()).toBe(false);
  const { chat, page } = settingsOf({ ...ROOM, retentionDays: 14 }, "owner");
  const kept = field(page, "How long messages are kept");
  expect((kept.element as HTMLSelectElement).value).toBe("14");
  expect(page.findAll("option").map((option) => option.text())).toEqual(["For good", "1 day", "7 days", "14 days", "30 days", "90 days", "365 days"]);
  await kept.setValue("30");
  expect(page.findAll("option").map((option) => option.text())).toContain("14 days");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "room", data: { ...ROOM, retentionDays: 30 } });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("updateRoom", { roomId: "ops", title: "Operations", topic: "What burns", retentionDays: 30 });
});

it("says nothing of a retention that an owner does not choose, since it may be another by now", async () => {
  const { chat, page } = settingsOf({ ...ROOM, retentionDays: 7 }, "owner");
  await page.get("form").trigger("submit");
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("updateRoom", { roomId: "ops", title: "Operations", topic: "What burns" });
});

it("leaves a retention alone that a moderator may not set", async () => {
  const { chat, page } = settingsOf({ ...ROOM, retentionDays: 14 }, "moderator");
  await page.get("form").trigger("submit");
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("updateRoom", { roomId: "ops", title: "Operations", topic: "What burns" });
});

it("asks for a title, and says so where the server refuses", async () => {
  const chat = fakeChat();
  const page = mountPage(RoomSettingsForm, { chat, props: { roomId: "ops" } });
  await page.get("form").trigger("submit");
  expect(page.text()).toContain("Please enter a title.");
  expect(chat.ask).not.toHaveBeenCalled();
  await field(page, "Title").setValue("Ops");
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("Your role does not allow that");
});

it("tells operators what is wrong, once", async () => {
  const chat = fakeChat();
  const page = mountPage(ReportForm, { chat, props: { roomId: "ops", sortKey: "1#a" } });
  await field(page, "What is wrong with it? (optional)").setValue(" rude ");
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledWith("reportMessage", { roomId: "ops", sortKey: "1#a", reason: "rude" });
  expect(page.get("[data-testid=reported]").text()).toContain("Thank you");
  expect(page.find("button").exists()).toBe(false);
});

it("has what was written and not sent, to be taken along where the dialog goes with its room", async () => {
  const { page } = settingsOf(ROOM, "owner");
  const written = useWritten();
  expect(written.value).toBe("");
  await field(page, "Topic (optional)").setValue("What burns, and where ");
  expect(written.value).toBe("What burns, and where");
  page.unmount();
  expect(written.value).toBe("");
  const report = mountPage(ReportForm, { props: { roomId: "ops", sortKey: "1#a" } });
  await field(report, "What is wrong with it? (optional)").setValue("rude");
  expect(written.value).toBe("rude");
});
