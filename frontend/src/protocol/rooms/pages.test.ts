import { expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import { notice } from "@/testing/log";
import { message, NOW } from "@/testing/messages";
import { fetchPageOf, pageWithMessages } from "./pages";
import type { FetchPage } from "./recovery";

it("goes back over pages without messages, and has their notices in the order of the log", async () => {
  const noted = [1, 2, 3, 4].map((at) => notice(NOW + at));
  const said = message(NOW);
  const empty = { messages: [], changes: [], changed: [] };
  const pages = [
    { ...empty, notices: noted.slice(2), nextCursor: "3" },
    { ...empty, notices: noted.slice(0, 2), nextCursor: "1" },
    { ...empty, notices: [], messages: [said], nextCursor: null },
  ];
  const fetchPage = vi.fn<FetchPage>();
  for (const page of pages) fetchPage.mockResolvedValueOnce(page);
  const page = await pageWithMessages(fetchPage, { before: "9", limit: 2 });
  expect(fetchPage.mock.calls).toEqual(["9", "3", "1"].map((before) => [{ before, limit: 2 }]));
  expect([page.messages, page.notices]).toEqual([[said], noted]);
});

it.each([
  ["after", "5", "5"], ["after", "5", "4"], ["before", "5", "5"], ["before", "5", "6"],
])("takes a page %s %s for a fault whose next one begins at %s: nobody would come to the end", async (direction, asked, nextCursor) => {
  const fetchPage = fetchPageOf(async () => ({ type: "messageHistory", data: [], nextCursor, changes: [], changed: [], notices: [] }), "ops");
  await expect(fetchPage({ limit: 10, [direction]: asked })).rejects.toThrow(RequestRefused);
});
