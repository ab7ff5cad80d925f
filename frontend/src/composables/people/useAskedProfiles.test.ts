import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { ConnectionLost, RequestTimedOut } from "@/protocol/errors";
import type { Profile } from "@/protocol/roomFrames";
import { useConnectionStore } from "@/stores/connection";
import { useProfilesStore } from "@/stores/profiles";
import { fakeChat } from "@/testing/page";
import { useAskedProfiles } from "./useAskedProfiles";

const profile = (userId: string): Profile => ({ userId, handle: userId, displayName: userId, status: "" });
let scope: EffectScope;

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

function follow(kind: "online" | "connecting" = "online") {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockImplementation(async (_action, data) => ({
    type: "profiles",
    data: { profiles: (data as { userIds: string[] }).userIds.map(profile), left: [] },
  }));
  useConnectionStore().change({ kind });
  scope.run(() => useAskedProfiles(chat));
  return chat;
}

it("asks for those that come on the screen together at once, and for nobody twice", async () => {
  const chat = follow();
  for (const userId of ["a", "b", "a"]) useProfilesStore().want(userId);
  await vi.advanceTimersByTimeAsync(1_000);
  useProfilesStore().want("b");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["getProfiles", { userIds: ["a", "b"] }]]);
  expect(useProfilesStore().known.get("b")).toEqual(profile("b"));
});

it("asks for a hundred at a time", async () => {
  const chat = follow();
  for (let number = 0; number < 150; number++) useProfilesStore().want(`user-${number}`);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.mocked(chat.ask).mock.calls.map(([, data]) => (data as { userIds: string[] }).userIds.length)).toEqual([100, 50]);
});

it("asks again, on a connection that lives, where no answer came", async () => {
  const chat = follow();
  vi.mocked(chat.ask).mockRejectedValueOnce(new RequestTimedOut());
  useProfilesStore().want("a");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(useProfilesStore().known.get("a")).toEqual(profile("a"));
});

it("asks again for those whose profiles did not fit into the answer", async () => {
  const chat = follow();
  vi.mocked(chat.ask).mockResolvedValueOnce({ type: "profiles", data: { profiles: [profile("a")], left: ["c"] } });
  for (const userId of ["a", "b", "c"]) useProfilesStore().want(userId);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.mocked(chat.ask).mock.calls.map(([, data]) => data)).toEqual([{ userIds: ["a", "b", "c"] }, { userIds: ["c"] }]);
  expect([...useProfilesStore().absent]).toEqual(["b"]);
  expect(useProfilesStore().known.get("c")).toEqual(profile("c"));
});

it("waits for a connection, and asks again after one that was lost", async () => {
  const chat = follow("connecting");
  useProfilesStore().want("a");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(chat.ask).not.toHaveBeenCalled();
  vi.mocked(chat.ask).mockRejectedValueOnce(new ConnectionLost(1006));
  useConnectionStore().change({ kind: "online" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(chat.ask).toHaveBeenCalledTimes(1);
  useConnectionStore().change({ kind: "connecting" });
  await vi.advanceTimersByTimeAsync(1_000);
  useConnectionStore().change({ kind: "online" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(useProfilesStore().known.get("a")).toEqual(profile("a"));
});

it("asks a server that tells of nobody after pauses that grow, and not without an end", async () => {
  const chat = follow();
  vi.mocked(chat.ask).mockImplementation(async (_action, data) => {
    if (vi.mocked(chat.ask).mock.calls.length > 100) throw new ConnectionLost(1006);
    return { type: "profiles", data: { profiles: [], left: [...(data as { userIds: string[] }).userIds] } };
  });
  useProfilesStore().want("a");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.mocked(chat.ask).mock.calls.length).toBeLessThan(10);
});
