import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { ConnectionLost } from "@/protocol/errors";
import { button, fakeChat, field, mountPage } from "@/testing/page";
import RoomDirectory from "./RoomDirectory.vue";

function listed(roomId: string, title: string, topic = "") {
  return { roomId, kind: "public" as const, title, topic, createdAt: 1, online: 0, more: false, lastActivityAt: null };
}
function answer(rooms: ReturnType<typeof listed>[], nextCursor: string | null = null) {
  return { type: "rooms" as const, data: { rooms, nextCursor } };
}

async function open(...answers: ReturnType<typeof answer>[]) {
  const chat = fakeChat();
  for (const each of answers) vi.mocked(chat.ask).mockResolvedValueOnce(each);
  const page = mountPage(RoomDirectory, { chat });
  await flushPromises();
  return { chat, page };
}

it("lists public rooms with their topics, and enters one", async () => {
  const { page } = await open(answer([listed("ops", "Operations", "What runs, and what does not")]));
  expect(page.get("[data-testid=listed-ops]").text()).toContain("What runs, and what does not");
  await page.get("[data-testid=listed-ops]").trigger("click");
  expect(page.emitted("entered")).toEqual([["ops"]]);
});

it("says that there are none yet where nothing was asked for, and that none matches where something was", async () => {
  const { chat, page } = await open(answer([]));
  expect(page.get("[data-testid=directory-status]").text()).toBe("There are no public rooms yet.");
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([]));
  await field(page, "Search by title or topic").setValue("cats");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[data-testid=directory-status]").text()).toBe("No room matches.");
});

it("tells how many are online, where anybody is", async () => {
  const { page } = await open(answer([{ ...listed("hall", "Hall"), online: 1_000, more: true }, listed("attic", "Attic")]));
  expect(page.get("[data-testid=listed-hall]").text()).toContain("1,000+ online");
  expect(page.get("[data-testid=listed-attic]").text()).not.toContain("online");
});

it("shows hostile titles and topics as text that turns nothing around", async () => {
  const { page } = await open(answer([listed("ops", "<img src=x>\u202Eevil", "\u2066<b>")]));
  expect(page.find("img").exists()).toBe(false);
  expect(page.text()).toContain("<img src=x> evil");
  expect(page.text()).not.toMatch(/[\u202E\u2066]/);
});

it("reads on over pages without a find, and offers the next one", async () => {
  const { chat, page } = await open(answer([], "1"), answer([listed("a", "A")], "2"), answer([listed("b", "B")]));
  expect(chat.ask).toHaveBeenCalledTimes(2);
  await button(page, "Show more rooms").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("listRooms", { query: "", cursor: "2" });
  expect(page.findAll("li")).toHaveLength(2);
  expect(page.text()).not.toContain("Show more rooms");
});

it("searches for what was typed last, and drops what came for less", async () => {
  const { chat, page } = await open();
  let first: (value: ReturnType<typeof answer>) => void = () => undefined;
  vi.mocked(chat.ask).mockReturnValueOnce(new Promise((resolve) => (first = resolve)));
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([listed("cats", "Cats")]));
  await field(page, "Search by title or topic").setValue("c");
  await page.get("form").trigger("submit");
  await field(page, "Search by title or topic").setValue("cats");
  first(answer([listed("chess", "Chess")]));
  await flushPromises();
  expect(page.findAll("li").map((row) => row.text())).toEqual(["CatsJoin"]);
});

it("keeps what it has found of what was typed when the pause of typing is over", async () => {
  vi.useFakeTimers();
  const { chat, page } = await open(answer([]));
  let first: (value: ReturnType<typeof answer>) => void = () => undefined;
  vi.mocked(chat.ask).mockReturnValueOnce(new Promise((resolve) => (first = resolve)));
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([listed("cats", "Cats")]));
  await page.get("form").trigger("submit");
  await field(page, "Search by title or topic").setValue("cats");
  first(answer([]));
  await flushPromises();
  await vi.advanceTimersByTimeAsync(1_000);
  vi.useRealTimers();
  expect(chat.ask).toHaveBeenCalledTimes(3);
  expect(page.findAll("li")).toHaveLength(1);
});

it("says that there is no connection, and tries again when asked to", async () => {
  const { chat, page } = await open();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("There is no connection");
  vi.mocked(chat.ask).mockResolvedValueOnce(answer([]));
  await button(page, "Try again").trigger("click");
  await flushPromises();
  expect(page.text()).toContain("There are no public rooms yet.");
});

it("says that none matches once the directory has said so, and not before", async () => {
  const { chat, page } = await open(answer([listed("ops", "Operations")]));
  let tell: (value: ReturnType<typeof answer>) => void = () => undefined;
  vi.mocked(chat.ask).mockReturnValueOnce(new Promise((resolve) => (tell = resolve)));
  await field(page, "Search by title or topic").setValue("zzz");
  await page.get("form").trigger("submit");
  expect(page.get("[data-testid=directory-status]").text()).toBe("Loading rooms…");
  tell(answer([]));
  await flushPromises();
  expect(page.get("[data-testid=directory-status]").text()).toBe("No room matches.");
});
