import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { createApp } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { CHAT } from "@/composables/session/useChat";
import { ConnectionLost } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
import { fakeChat } from "@/testing/page";
import { useNotifyLevel } from "./useNotifyLevel";

const chat = fakeChat();
let choice: ReturnType<typeof useNotifyLevel>;
const told = () => vi.mocked(chat.ask).mock.calls.map(([, data]) => (data as { notify: string }).notify);

beforeEach(() => {
  setActivePinia(createPinia());
  vi.mocked(chat.ask).mockReset();
  choice = createApp({}).provide(CHAT, chat).runWithContext(() => useNotifyLevel(() => "ops"));
});

it("counts at once, and is told to the account", async () => {
  const chosen = choice.choose("mentions");
  expect(choice.level.value).toBe("mentions");
  await chosen;
  await choice.choose("mentions");
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["setNotify", { roomId: "ops", notify: "mentions" }]]);
});

it("is taken back where the account did not take it, and said so", async () => {
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await choice.choose("none");
  expect(choice.level.value).toBe("all");
  expect(useRoomNotice().value).toEqual({ kind: "levelNotKept", roomId: "ops", failure: "NO_CONNECTION" });
});

it("is told after the one before it was, the last alone of those chosen meanwhile", async () => {
  const first = Promise.withResolvers<Reply>();
  vi.mocked(chat.ask).mockReturnValueOnce(first.promise);
  const choosing = choice.choose("none");
  await choice.choose("all");
  await choice.choose("mentions");
  expect([choice.level.value, told()]).toEqual(["mentions", ["none"]]);
  first.resolve({ type: "ack" });
  await choosing;
  expect([choice.level.value, told()]).toEqual(["mentions", ["none", "mentions"]]);
});

it.each([
  ["the first", [true, false], "mentions", undefined],
  ["the second", [false, true], "none", "levelNotKept"],
  ["both", [true, true], "all", "levelNotKept"],
] as const)("is what the account has where %s of two was not taken", async (_, fails, level, said) => {
  for (const isLost of fails) {
    if (isLost) vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
    else vi.mocked(chat.ask).mockResolvedValueOnce({ type: "ack" });
  }
  useRoomNotice().value = null;
  const choosing = choice.choose("none");
  await choice.choose("mentions");
  await choosing;
  expect([choice.level.value, told(), useRoomNotice().value?.kind]).toEqual([level, ["none", "mentions"], said]);
});
