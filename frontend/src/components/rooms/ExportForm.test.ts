import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import type { PageRequest } from "@/protocol/rooms/recovery";
import { messages, serverHistory } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import ExportForm from "./ExportForm.vue";

const files: { name: string; content: Blob }[] = [];
vi.mock("@/saveFile", () => ({ saveFile: (name: string, content: Blob) => files.push({ name, content }) }));

const stored = messages(250);
const ask = vi.fn();
beforeEach(() => {
  files.length = 0;
  ask.mockReset().mockImplementation(async (_: string, { limit, before }: PageRequest): Promise<Reply> => {
    const page = await serverHistory(() => stored)(before === undefined ? { limit } : { limit, before });
    return { type: "messageHistory", data: [...page.messages], nextCursor: page.nextCursor, changes: [], changed: [], notices: [] };
  });
});

async function save(choose?: string) {
  const page = mountPage(ExportForm, { chat: { ...fakeChat(), ask }, props: { roomId: "ops" } });
  if (choose) await page.get(`[role=radio][value=${choose}]`).trigger("click");
  await page.get("form").trigger("submit");
  await flushPromises();
  return page;
}

it("saves all that was said, oldest first, whatever the number of pages", async () => {
  const page = await save("json");
  expect(files.map(({ name }) => name)).toEqual(["ops.json"]);
  const said = JSON.parse(await (files[0] as { content: Blob }).content.text()) as { messages: { sortKey: string }[] };
  expect(said.messages.map(({ sortKey }) => sortKey)).toEqual(stored.map(({ sortKey }) => sortKey));
  expect(page.text()).toContain("250 messages saved.");
});

it("saves nothing where it may not be read, and says so", async () => {
  ask.mockRejectedValue(new RequestRefused("FORBIDDEN"));
  const page = await save();
  expect(page.text()).toContain("You cannot read this room.");
  expect(files).toEqual([]);
});

it("waits where it was too fast", async () => {
  ask.mockRejectedValueOnce(new RequestRefused("RATE_LIMITED", "", 5));
  const page = await save();
  await vi.waitUntil(() => files.length === 1);
  await flushPromises();
  expect(page.text()).toContain("250 messages saved.");
});
