import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { messages } from "@/testing/messages";
import { forgetLastShown, KEPT_MESSAGES, lastShownOf } from "./lastShown";

/** The Cache API (https://www.w3.org/TR/service-workers/#cache-interface), as far as it is used. */
function fakeCaches() {
  const kept = new Map<string, Response>();
  const cache = {
    put: async (address: string, response: Response) => void kept.set(new URL(address, "http://chat.test").href, response),
    match: async (address: string) => kept.get(new URL(address, "http://chat.test").href)?.clone(),
  };
  return { open: async () => cache, delete: async () => kept.clear() };
}

beforeEach(() => void vi.stubGlobal("caches", fakeCaches()));
afterEach(() => void vi.unstubAllGlobals());

it("keeps the end of a conversation, for its user alone", async () => {
  const said = messages(KEPT_MESSAGES + 10);
  await lastShownOf("me").save("global", said);
  expect(await lastShownOf("me").load("global")).toEqual(said.slice(-KEPT_MESSAGES));
  expect(await lastShownOf("me").load("ops")).toEqual([]);
  expect(await lastShownOf("you").load("global")).toEqual([]);
});

it.each([
  ["a/b", "c", "a", "b/c"],
  ["..", "x", ".", "x"],
  ["me", "constructor", "me", "__proto__"],
  ["\ud800", "x", "?", "x"],
])("keeps %j in %j apart from %j in %j", async (user, room, otherUser, otherRoom) => {
  await lastShownOf(user).save(room, messages(1));
  expect(await lastShownOf(user).load(room)).toHaveLength(1);
  expect(await lastShownOf(otherUser).load(otherRoom)).toEqual([]);
});

it("shows nothing that its room keeps no longer, whatever the time without a network", async () => {
  const said = messages(2, Date.now() - 60_000);
  await lastShownOf("me").save("global", said, 59_500);
  expect(await lastShownOf("me").load("global")).toEqual(said.slice(1));
});

const [said] = messages(1);
it.each([
  ["an earlier version's", [{}], []],
  ["no", null, []],
  ["half a", { messages: [{ content: "x" }, null, said], keptMs: 1e99 }, [said]],
  ["a wrong", { messages: {}, keptMs: "x" }, []],
])("takes %s list of messages for what can be shown of it", async (_, body, shown) => {
  const cache = await caches.open("");
  await cache.put("/last-seen/6d-65/67-6c-6f-62-61-6c", new Response(JSON.stringify(body)));
  expect(await lastShownOf("me").load("global")).toEqual(shown);
});

it("forgets", async () => {
  await lastShownOf("me").save("global", messages(1));
  await forgetLastShown();
  expect(await lastShownOf("me").load("global")).toEqual([]);
});

it.each([
  ["has no cache", undefined],
  ["refuses it", { open: () => Promise.reject(new DOMException("no", "SecurityError")), delete: () => Promise.reject(new Error("no")) }],
])("does without where the browser %s", async (_, caches) => {
  vi.stubGlobal("caches", caches);
  await lastShownOf("me").save("global", messages(1));
  await forgetLastShown();
  expect(await lastShownOf("me").load("global")).toEqual([]);
});
