import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { ConnectionLost, RequestRefused } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import type { PageRequest } from "@/protocol/rooms/recovery";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { messages, NOW, serverHistory } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
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

it("saves what happened, too, with the names of those it happened to", async () => {
  const told = { roomId: "ops", sortKey: sortKeyOf(NOW, "n"), userId: "bob", createdAt: NOW, event: "added", about: "carol" };
  const history: Reply = { type: "messageHistory", data: [], nextCursor: null, changes: [], changed: [], notices: [told, { ...told, event: "of later" }] };
  const profiles = [{ userId: "bob", handle: "bob", displayName: "Bob", status: "" }];
  ask.mockReset().mockImplementation(async (action: string): Promise<Reply> => (action === "getMessages" ? history : { type: "profiles", data: { profiles, left: [] } }));
  await save();
  expect(ask).toHaveBeenLastCalledWith("getProfiles", { userIds: ["bob", "carol"] });
  expect(await (files[0] as { content: Blob }).content.text()).toContain("_Bob added Deleted account_ · 2026-11-23 12:00:00 UTC");
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
  await vi.waitUntil(() => files.length === 1, PATIENCE);
  await flushPromises();
  expect(page.text()).toContain("250 messages saved.");
});

it("goes on where it was after a lost connection, and begins anew once it has saved", async () => {
  const asked = () => ask.mock.calls.map(([, { before }]) => before as string | undefined);
  const read = ask.getMockImplementation() as (...args: unknown[]) => Promise<Reply>;
  let lost = true;
  ask.mockImplementation(async (action: string, data: PageRequest) => {
    if (lost && data.before !== undefined) throw new ConnectionLost(1006);
    return read(action, data);
  });
  const page = await save("json");
  expect([page.get("[role=alert]").text(), files]).toEqual([expect.stringContaining("no connection"), []]);
  lost = false;
  ask.mockClear();
  for (const { first, pages } of [{ first: stored[150]?.sortKey, pages: 2 }, { first: undefined, pages: 3 }]) {
    await page.get("form").trigger("submit");
    await flushPromises();
    expect([asked()[0], asked().length]).toEqual([first, pages]);
    expect(page.get("[role=status]").text()).toBe("250 messages saved.");
    const { messages: said } = JSON.parse((await files.pop()?.content.text()) ?? "") as { messages: { sortKey: string }[] };
    expect(said.map(({ sortKey }) => sortKey)).toEqual(stored.map(({ sortKey }) => sortKey));
    ask.mockClear();
  }
});

it("reads aloud that it begins and ends, and not each page in between", async () => {
  let tell: () => void = () => undefined;
  const read = ask.getMockImplementation() as (...args: unknown[]) => Promise<Reply>;
  ask.mockImplementation(async (...args) => {
    await new Promise<void>((resolve) => (tell = resolve));
    return read(...args);
  });
  const page = await save();
  const told = new Set<string>();
  for (let pages = 0; pages < 3; pages++) {
    told.add(page.get("[role=status]").text());
    expect(page.get("[data-testid=export-count]").text()).toBe(`${pages * 100} messages read…`);
    tell();
    await flushPromises();
  }
  expect([...told, page.get("[role=status]").text()]).toEqual(["Reading messages…", "250 messages saved."]);
});
