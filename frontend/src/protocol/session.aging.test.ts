/** A page may be open for weeks: what a connection needed is gone with it. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { message, NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import type { Credentials } from "./credentials";

const HOUR_S = 3_600;
/** Good for an hour, as Cognito's. */
const idToken = async (): Promise<string> => `h.${btoa(JSON.stringify({ exp: Date.now() / 1_000 + HOUR_S }))}.s`;
const COGNITO: Credentials = { kind: "cognito", idToken };

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

it("keeps no timer of fifty connections that broke, and none at all once it is stopped", async () => {
  const server = new FakeServer();
  const view = newState(["global", "ops"]);
  const session = startAgainst(server, view.port, COGNITO);
  await vi.advanceTimersByTimeAsync(20_000);
  const timers = vi.getTimerCount();
  for (let broken = 0; broken < 50; broken++) {
    for (let said = 0; said < 10; said++) server.publish(message(Date.now() + said, { roomId: said % 2 ? "ops" : "global" }));
    for (const online of [true, false]) server.presence({ userId: `user-${broken}`, username: "Bob" }, online);
    server.latest.close(1006);
    // Long enough to be a good one, so that the pause before the next is short.
    await vi.advanceTimersByTimeAsync(20_000);
    server.sockets.splice(0, server.sockets.length - 1);
  }
  await vi.advanceTimersByTimeAsync(20_000);
  expect(view.links.at(-1)).toBe("online");
  expect(vi.getTimerCount()).toBe(timers);
  // The last one came and went within what an answer may not know of yet.
  expect(view.presenceOf().users?.size).toBeLessThanOrEqual(1);
  session.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(vi.getTimerCount()).toBe(0);
});
