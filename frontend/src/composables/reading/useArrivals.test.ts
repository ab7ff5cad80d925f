import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it } from "vitest";
import { effectScope, nextTick, type EffectScope } from "vue";
import type { Message } from "@/protocol/frames";
import { receive, restart } from "@/protocol/rooms/timeline";
import { useBlocksStore } from "@/stores/blocks";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { useAllHeard, useArrivals } from "./useArrivals";

let scope: EffectScope;
let allHeard: () => void;

beforeEach(() => {
  setActivePinia(createPinia());
  scope = effectScope();
  allHeard = scope.run(() => useAllHeard("me")) as () => void;
});
afterEach(() => scope.stop());

/** @returns what is heard from now on */
function listen(): readonly string[] {
  const heard: string[] = [];
  scope.run(() => useArrivals("me", (news) => heard.push(...news.messages.map(({ content }) => content))));
  return heard;
}

const said = (content: string, overrides: Partial<Message> = {}) => message(NOW + 60_000, { content, ...overrides });

async function push(...items: Message[]): Promise<void> {
  useRoomsStore().update(DEFAULT_ROOM, (timeline) => receive(timeline, items));
  await nextTick();
}
async function load(...history: Message[]): Promise<void> {
  useRoomsStore().update(DEFAULT_ROOM, (timeline) => restart(timeline, history, true));
  await nextTick();
}

it("tells who begins to listen while the page opens what came since then, once, and later ones nothing of the past", async () => {
  await load(...messages(2));
  await push(said("while it opens"));
  const [first, second] = [listen(), listen()];
  allHeard();
  await push(said("then"));
  const third = listen();
  expect([first, second, third]).toEqual([["while it opens", "then"], ["while it opens", "then"], []]);
});

it("tells of what is pushed before the room's history has come, and of the history nothing", async () => {
  const heard = listen();
  const [before, after] = [said("pushed first"), said("pushed then")];
  await push(before);
  await load(...messages(3), before);
  await push(after);
  expect(heard).toEqual(["pushed first", "pushed then"]);
});

it("tells of nothing that is pushed once more and was read, or comes of somebody whom the user blocks", async () => {
  const heard = listen();
  const again = said("read yesterday");
  useRoomsStore().markRead(DEFAULT_ROOM, again.sortKey);
  useBlocksStore().put("bob", true);
  await push(again, said("rude", { userId: "bob" }));
  expect(heard).toEqual([]);
});
