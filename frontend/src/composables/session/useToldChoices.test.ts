import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import type { Chat } from "@/composables/session/useChat";
import { ConnectionLost, RequestRefused } from "@/protocol/errors";
import { useConnectionStore } from "@/stores/connection";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { fakeChat } from "@/testing/page";
import { useToldChoices } from "./useToldChoices";

let scope: EffectScope;
let chat: Chat;
let choices: ReturnType<typeof useRoomChoicesStore>;
const told = () => vi.mocked(chat.ask).mock.calls.map(([, data]) => data);
const starred = { roomId: "ops", favourite: true, markedUnread: false };

beforeEach(() => {
  setActivePinia(createPinia());
  scope = effectScope();
  chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "ack" });
  choices = useRoomChoicesStore();
  scope.run(() => useToldChoices(chat));
  useConnectionStore().change({ kind: "online" });
});
afterEach(() => scope.stop());

it("tells what was chosen, once", async () => {
  choices.choose("favourites", "ops", true);
  choices.choose("favourites", "ops", true);
  await flushPromises();
  expect(told()).toEqual([starred]);
  expect(choices.untold.size).toBe(0);
});

it("tells the last of what is chosen while it tells", async () => {
  vi.mocked(chat.ask).mockImplementationOnce(async () => {
    choices.choose("markedUnread", "ops", true);
    return { type: "ack" };
  });
  choices.choose("favourites", "ops", true);
  await flushPromises();
  expect(told()).toEqual([starred, { ...starred, markedUnread: true }]);
  expect(choices.untold.size).toBe(0);
});

it("tells with the next connection what was not heard", async () => {
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  choices.choose("favourites", "ops", true);
  await flushPromises();
  expect([...choices.untold]).toEqual(["ops"]);
  useConnectionStore().change({ kind: "offline" });
  await flushPromises();
  useConnectionStore().change({ kind: "online" });
  await flushPromises();
  expect(told()).toEqual([starred, starred]);
  expect(choices.untold.size).toBe(0);
});

it("takes back what the account refuses, and says so", async () => {
  vi.mocked(chat.ask).mockRejectedValue(new RequestRefused("FORBIDDEN"));
  choices.choose("favourites", "ops", true);
  await flushPromises();
  expect([choices.favourites.has("ops"), choices.untold.size]).toEqual([false, 0]);
  expect(useRoomNotice().value).toEqual({ kind: "choiceNotKept", roomId: "ops" });
});
