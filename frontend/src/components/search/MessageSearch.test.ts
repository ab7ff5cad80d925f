import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import type { Message } from "@/protocol/frames";
import { useRoomsStore } from "@/stores/rooms";
import { message, NOW } from "@/testing/messages";
import { button, fakeChat, mountPage } from "@/testing/page";
import MessageSearch from "./MessageSearch.vue";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tea = message(NOW + 1, { roomId: "ops", content: "a pot of **tea**" });
const older = message(NOW, { roomId: "ops", content: "teapots" });

function page(messages: Message[], { nextCursor = null, moreIn = [] }: { nextCursor?: string | null; moreIn?: string[] } = {}) {
  return { type: "searchResults" as const, data: { messages, moreIn, nextCursor } };
}

function open(words = "", ...replies: ReturnType<typeof page>[]) {
  const chat = fakeChat();
  for (const reply of replies) vi.mocked(chat.ask).mockResolvedValueOnce(reply);
  const mounted = mountPage(MessageSearch, { chat, props: { roomId: "ops", words } });
  useRoomsStore().join("ops");
  const input = mounted.get("input[type=text]");
  const told = () => mounted.get("[role=status]").text();
  const options = () => mounted.findAll("[role=option]");
  const type = async (text: string) => {
    await input.setValue(text);
    await vi.advanceTimersByTimeAsync(300);
    await flushPromises();
  };
  return { chat, mounted, input, told, options, type };
}

it("searches while one types, and Enter goes to what is chosen", async () => {
  const { chat, mounted, input, told, options, type } = open();
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea, older]));
  await type("tea");
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("searchMessages", { query: "tea", roomId: "ops" });
  expect(told()).toBe("2 messages");
  expect(mounted.findAll("mark").map((mark) => mark.text())).toEqual(["tea", "teapots"]);
  expect(options()[0]?.text()).toContain("Alice");
  await input.trigger("keydown", { key: "ArrowDown" });
  expect(input.attributes("aria-activedescendant")).toBe(options()[1]?.attributes("id"));
  await input.trigger("keydown", { key: "Enter" });
  expect(mounted.emitted("chosen")).toEqual([[older]]);
});

it("keeps what is chosen where more is found that stands before it", async () => {
  const newest = message(NOW + 9, { roomId: "global", content: "tea again" });
  const { chat, mounted, input } = open("tea", page([tea, older], { nextCursor: "global" }), page([newest]));
  await flushPromises();
  await input.trigger("keydown", { key: "ArrowDown" });
  await button(mounted, "Keep searching").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledTimes(2);
  await input.trigger("keydown", { key: "Enter" });
  expect(mounted.emitted("chosen")).toEqual([[older]]);
});

it("begins at the first of what answers other words, also where what was chosen is among it", async () => {
  const { chat, mounted, input, type } = open("tea", page([tea, older]));
  await flushPromises();
  await input.trigger("keydown", { key: "ArrowDown" });
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea, older]));
  await type("te");
  await input.trigger("keydown", { key: "Enter" });
  expect(mounted.emitted("chosen")).toEqual([[tea]]);
});

it.each([{ isComposing: true }, { keyCode: 229 }])("leaves its keys to an input method that composes a word, with %o", async (composing) => {
  const { chat, mounted, input, type } = open();
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea]));
  await type("tea");
  await input.trigger("keydown", { key: "Enter", ...composing });
  expect(mounted.emitted("chosen")).toBeUndefined();
});

it("goes nowhere with Enter while what is shown answers an older question", async () => {
  const { chat, mounted, input, type } = open();
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea]));
  await type("tea");
  vi.mocked(chat.ask).mockResolvedValueOnce(page([older]));
  await input.setValue("teapots");
  await input.trigger("keydown", { key: "Enter" });
  expect(mounted.emitted("chosen")).toBeUndefined();
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "teapots", roomId: "ops" });
});

it("asks anew what was typed while the answer before was on its way", async () => {
  const { chat, mounted, type } = open();
  let answer: (reply: ReturnType<typeof page>) => void = () => undefined;
  vi.mocked(chat.ask).mockReturnValueOnce(new Promise((resolve) => (answer = resolve as never)));
  await type("te");
  await type("teapots");
  vi.mocked(chat.ask).mockResolvedValueOnce(page([older]));
  answer(page([tea, older]));
  await flushPromises();
  expect(mounted.findAll("[role=option]")).toHaveLength(1);
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "teapots", roomId: "ops" });
});

it("searches all rooms, the one with the newest find first, and goes on in one of them", async () => {
  const elsewhere = message(NOW + 9, { roomId: "shop", content: "tea" });
  const { chat, mounted } = open("tea", page([tea, elsewhere], { moreIn: ["ops"] }));
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "tea", roomIds: ["global"] });
  expect(mounted.findAll("[role=group]").map((group) => group.attributes("aria-label"))).toEqual(["shop", "ops"]);
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea]));
  await button(mounted, "More in ops").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "tea", roomId: "ops" });
  expect(mounted.get("[role=radio][aria-checked=true]").text()).toBe("In ops");
});

it("reads on over pages without a find, and shows more on request", async () => {
  const { chat, mounted, options, type } = open();
  vi.mocked(chat.ask)
    .mockResolvedValueOnce(page([], { nextCursor: "a" }))
    .mockResolvedValueOnce(page([tea], { nextCursor: "b" }))
    .mockResolvedValueOnce(page([older]));
  await type("tea");
  expect(options()).toHaveLength(1);
  await button(mounted, "Keep searching").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "tea", roomId: "ops", cursor: "b" });
  expect(options()).toHaveLength(2);
});

it("searches many rooms some at a time", async () => {
  const { chat, mounted, options, type } = open("te", page([]));
  await flushPromises();
  for (let number = 0; number < 60; number++) useRoomsStore().join(`room-${number}`);
  vi.mocked(chat.ask).mockResolvedValueOnce(page([tea], { nextCursor: "ops" }));
  await type("tea");
  const first = vi.mocked(chat.ask).mock.lastCall?.[1] as { roomIds: string[] };
  useRoomsStore().join("came-meanwhile");
  vi.mocked(chat.ask).mockResolvedValueOnce(page([older]));
  await button(mounted, "Keep searching").trigger("click");
  await flushPromises();
  expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", expect.objectContaining({ cursor: "ops" }));
  vi.mocked(chat.ask).mockResolvedValueOnce(page([]));
  await button(mounted, "Keep searching").trigger("click");
  await flushPromises();
  const asked = vi.mocked(chat.ask).mock.lastCall?.[1] as { roomIds: string[] };
  expect(new Set([...first.roomIds, ...asked.roomIds]).size).toBe(first.roomIds.length + asked.roomIds.length);
  expect([asked.roomIds.length, options().length]).toEqual([useRoomsStore().joined.length - 1 - 50, 2]);
  expect(mounted.findAll("button").map((each) => each.text())).not.toContain("Keep searching");
});

it("says that nothing was found, and why it could not be searched", async () => {
  const { chat, mounted, told, type } = open();
  vi.mocked(chat.ask).mockResolvedValueOnce(page([]));
  await type("tea");
  expect(told()).toBe("Nothing was found.");
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  await type("teapot");
  expect(mounted.get("[role=alert]").text()).toBe("You cannot read this room.");
  vi.mocked(chat.ask).mockResolvedValueOnce(page([older]));
  await button(mounted, "Try again").trigger("click");
  await flushPromises();
  expect(told()).toBe("1 message");
});

it("asks nothing for blanks, and what stands there is data", async () => {
  const { chat, mounted, type } = open();
  await type("  ");
  expect(chat.ask).not.toHaveBeenCalled();
  vi.mocked(chat.ask).mockResolvedValueOnce(page([message(NOW, { content: "<img src=x> tea" })]));
  await type("tea");
  expect(mounted.get("[role=option]").text()).toContain("<img src=x> tea");
  expect(mounted.find("[role=option] img").exists()).toBe(false);
});

it("goes on in the other rooms, with the same words, once its room is left or closed to the user", async () => {
  for (const end of [(rooms: ReturnType<typeof useRoomsStore>) => rooms.leave("ops"), (rooms: ReturnType<typeof useRoomsStore>) => rooms.refuse("ops", "BANNED")]) {
    const { chat, type, input } = open();
    vi.mocked(chat.ask).mockResolvedValue(page([]));
    await type("tea");
    end(useRoomsStore());
    await flushPromises();
    expect(chat.ask).toHaveBeenLastCalledWith("searchMessages", { query: "tea", roomIds: expect.arrayContaining(["global"]) as string[] });
    expect((input.element as HTMLInputElement).value).toBe("tea");
  }
});
