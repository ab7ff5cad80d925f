import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { createApp } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { CHAT } from "@/composables/session/useChat";
import { ConnectionLost } from "@/protocol/errors";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { fakeChat } from "@/testing/page";
import { useNotifyLevel } from "./useNotifyLevel";

const chat = fakeChat();
let choice: ReturnType<typeof useNotifyLevel>;

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

it("is taken back where the account did not take it, unless another was chosen meanwhile", async () => {
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  await choice.choose("none");
  expect(choice.level.value).toBe("all");
  expect(useRoomNotice().value).toEqual({ kind: "levelNotKept", roomId: "ops" });
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  const refused = choice.choose("none");
  useRoomChoicesStore().setLevel("ops", "mentions");
  await refused;
  expect(choice.level.value).toBe("mentions");
});
