import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import type { Session } from "./session";

let server: FakeServer;
let session: Session;
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

it("sets one thing after the other, the last one last, also where the answer to one is lost", async () => {
  server.interfere = ({ action }) => (action === "setNotify" ? null : undefined);
  session = startAgainst(server, newState().port);
  await settled();
  const levels = ["none", "mentions", "all"] as const;
  const outcomes = levels.map((notify) => session.ask("setNotify", { roomId: "ops", notify }).then(() => notify, () => "lost"));
  const frames = () => server.sockets.flatMap(({ frames: sent }) => sent).filter(({ action }) => action === "setNotify");
  const sent = () => frames().map(({ data }) => (data as unknown as { notify: string }).notify);
  await settled();
  expect(sent()).toEqual(["none"]);
  server.interfere = ({ action }) => (action === "setNotify" ? { type: "ack" } : undefined);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(sent()).toEqual([...levels]);
  expect(await Promise.all(outcomes)).toEqual(["lost", "mentions", "all"]);
});
