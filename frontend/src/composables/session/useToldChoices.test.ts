import { flushPromises } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import type { Chat } from "@/composables/session/useChat";
import { ConnectionLost, RequestRefused } from "@/protocol/errors";
import type { Reply } from "@/protocol/frames";
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

describe("while this tab tells, and another one has told the opposite", () => {
  /** The account may take either of the two last. */
  async function crossed(end: (late: PromiseWithResolvers<Reply>) => void): Promise<void> {
    const late = Promise.withResolvers<Reply>();
    vi.mocked(chat.ask).mockReturnValueOnce(late.promise);
    choices.choose("favourites", "ops", true);
    await flushPromises();
    choices.replace({ favourites: new Set(), markedUnread: new Set(), levels: new Map(), untold: new Set() });
    end(late);
    await flushPromises();
  }

  it("tells what was chosen last once more", async () => {
    await crossed(({ resolve }) => resolve({ type: "ack" }));
    expect(told()).toEqual([starred, { ...starred, favourite: false }]);
    expect([choices.favourites.has("ops"), choices.untold.size]).toEqual([false, 0]);
  });

  it("tells it with the next connection where nobody knows whether the first was taken", async () => {
    await crossed(({ reject }) => reject(new ConnectionLost(1006)));
    for (const kind of ["offline", "online"] as const) {
      useConnectionStore().change({ kind });
      await flushPromises();
    }
    expect(told().at(-1)).toEqual({ ...starred, favourite: false });
    expect(choices.untold.size).toBe(0);
  });
});
