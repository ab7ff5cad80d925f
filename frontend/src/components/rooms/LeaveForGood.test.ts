import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import type { Chat } from "@/composables/session/useChat";
import { RequestRefused } from "@/protocol/errors";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { fakeChat, mountPage } from "@/testing/page";
import LeaveForGood from "./LeaveForGood.vue";

const ROOM = "~pPlans";

async function leave(ask: Chat["ask"]) {
  const chat = { ...fakeChat(), ask };
  const page = mountPage(LeaveForGood, { chat, props: { roomId: ROOM } });
  useRoomsStore().join(ROOM);
  useKnownRoomsStore().learnRole({ roomId: ROOM, role: "member" });
  await page.get("[data-testid=confirm-leave]").trigger("click");
  await flushPromises();
  return { page, chat };
}

it("ends the membership, and the room is in the list no more", async () => {
  const ask = vi.fn().mockResolvedValue({ type: "ack", data: {} });
  const { page, chat } = await leave(ask);
  expect(ask).toHaveBeenCalledExactlyOnceWith("removeMember", { roomId: ROOM, userId: chat.user.userId });
  expect(useRoomsStore().joined).not.toContain(ROOM);
  expect(useKnownRoomsStore().isMember(ROOM)).toBe(false);
  expect(page.emitted("done")).toHaveLength(1);
});

it("stays in the room where it is refused, and says why", async () => {
  const { page } = await leave(vi.fn().mockRejectedValue(new RequestRefused("RATE_LIMITED", "", 5)));
  expect(page.get("[role=alert]").text()).not.toBe("");
  expect(useRoomsStore().joined).toContain(ROOM);
  expect(page.emitted("done")).toBeUndefined();
});

it("asks nothing of who stays", async () => {
  const ask = vi.fn();
  const page = mountPage(LeaveForGood, { chat: { ...fakeChat(), ask }, props: { roomId: ROOM } });
  await page.get("button").trigger("click");
  expect(ask).not.toHaveBeenCalled();
  expect(page.emitted("done")).toHaveLength(1);
});
