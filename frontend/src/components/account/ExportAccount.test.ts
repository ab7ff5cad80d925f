import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { ConnectionLost } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import type { PageRequest } from "@/protocol/rooms/recovery";
import { messages, message, NOW, serverHistory } from "@/testing/messages";
import { button, fakeChat, mountPage } from "@/testing/page";
import ExportAccount from "./ExportAccount.vue";

const files: { name: string; content: Blob }[] = [];
vi.mock("@/saveFile", () => ({ saveFile: (name: string, content: Blob) => files.push({ name, content }) }));

const deleted = message(NOW - 1_000, { content: "", deletedAt: NOW });
const stored = [deleted, ...messages(250)];
const MEMBERSHIP = { userId: "me", username: "Me", role: "member", joinedAt: NOW, mutedUntil: null, bannedUntil: null, lastRead: null, notify: "all" } as const;
const ask = vi.fn();

beforeEach(() => {
  files.length = 0;
  ask.mockReset().mockImplementation(answer);
});

async function answer(action: string, data: Record<string, unknown>): Promise<Reply> {
  if (action === "getProfiles") return { type: "profiles", data: { profiles: [], left: [] } };
  if (action === "myRooms") {
    const roomId = data["cursor"] === undefined ? "first" : "second";
    return { type: "memberships", data: { memberships: [{ ...MEMBERSHIP, roomId }], nextCursor: roomId === "first" ? "first" : null } };
  }
  if (action === "listBlocked") {
    const [userId, nextCursor] = data["cursor"] === undefined ? ["mallory", "mallory"] : ["trudy", null];
    return { type: "blocked", data: { blocked: [{ userId, blockedAt: NOW }], nextCursor } };
  }
  const page = await serverHistory(() => stored)(data as unknown as PageRequest);
  return { type: "messageHistory", data: [...page.messages], nextCursor: page.nextCursor, changes: [], changed: [], notices: [] };
}

async function save(format?: string) {
  const page = mountPage(ExportAccount, { chat: { ...fakeChat(), ask } });
  if (format) await page.get(`[role=radio][value=${format}]`).trigger("click");
  await page.get("form").trigger("submit");
  await flushPromises();
  return page;
}

it("saves all rooms and all that one wrote and did not delete, oldest first, asking for one's own alone", async () => {
  const page = await save("json");
  expect(files.map(({ name }) => name)).toEqual(["Me.json"]);
  const file = JSON.parse(await (files[0] as { content: Blob }).content.text()) as { rooms: { roomId: string }[]; blocked: string[]; messages: { sortKey: string }[] };
  expect(file.rooms.map(({ roomId }) => roomId)).toEqual(["first", "second"]);
  expect(file.blocked).toEqual(["mallory", "trudy"]);
  expect(file.messages.map(({ sortKey }) => sortKey)).toEqual(stored.slice(1).map(({ sortKey }) => sortKey));
  expect(page.text()).toContain("250 messages saved.");
  const asked = ask.mock.calls.filter(([action]) => action === "getMessages").map(([, data]) => data as { userId: string });
  expect(new Set(asked.map(({ userId }) => userId))).toEqual(new Set(["me"]));
});

it("tells how far it is, and saves nothing once it is cancelled", async () => {
  let goOn = (): void => undefined;
  ask.mockImplementation(async (action: string, data: { after?: string }) => {
    if (action === "getMessages" && data.after !== "0000000000000#") await new Promise<void>((resolve) => (goOn = resolve));
    return answer(action, data);
  });
  const page = await save();
  expect(page.text()).toContain("99 messages read…");
  await button(page, "Cancel").trigger("click");
  goOn();
  await flushPromises();
  expect(files).toEqual([]);
  expect(page.get("[role=status]").text()).toBe("");
});

it("says that it failed, and saves no half of it", async () => {
  ask.mockImplementation(async (action: string, data: { after?: string }) => {
    if (action === "getMessages" && data.after !== "0000000000000#") throw new ConnectionLost(1006);
    return answer(action, data);
  });
  const page = await save();
  expect(page.get("[role=alert]").text()).toContain("no connection");
  expect(files).toEqual([]);
});

it.each([
  ["goes on where it was", "json", 0],
  ["begins anew", "markdown", 1],
])("after a lost connection %s for a file in %s", async (_, second, again) => {
  let lost = true;
  ask.mockImplementation(async (action: string, data: { after?: string }) => {
    if (lost && action === "getMessages" && data.after !== "0000000000000#") throw new ConnectionLost(1006);
    return answer(action, data);
  });
  const page = await save("json");
  lost = false;
  ask.mockClear();
  await page.get(`[role=radio][value=${second}]`).trigger("click");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=status]").text()).toBe("250 messages saved.");
  expect(ask.mock.calls.filter(([action]) => action === "getProfiles")).toHaveLength(again);
  const text = await (files[0] as { content: Blob }).content.text();
  expect(text.match(/hello/g)).toHaveLength(250);
});

it.each(["myRooms", "listBlocked", "getMessages"])("says that it failed where the next page of %s is the same again, and asks no more", async (stuck) => {
  ask.mockImplementation(async (action: string, data: Record<string, unknown>) => {
    if (ask.mock.calls.length > 100) throw new ConnectionLost(1006);
    const reply = await answer(action, data);
    const at = (data["cursor"] ?? data["after"] ?? "there") as string;
    if (action !== stuck) return reply;
    return reply.type === "messageHistory" ? { ...reply, nextCursor: at } : { ...reply, data: { ...(reply as { data: object }).data, nextCursor: at } };
  });
  const page = await save();
  expect(page.get("[role=alert]").text()).not.toContain("no connection");
  expect(ask.mock.calls.filter(([action]) => action === stuck).length).toBeLessThan(4);
  expect(files).toEqual([]);
});
