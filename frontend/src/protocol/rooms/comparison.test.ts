import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { message, messages, NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import { PING_INTERVAL_MS } from "@/protocol/connection/liveness";
import type { Session } from "@/protocol/session";

let server: FakeServer;
let session: Session | undefined;

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const sent = (action: string) => server.sockets.flatMap(({ frames }) => frames).filter((frame) => frame.action === action);
const rooms = (index: number) => Object.keys(sent("ping").at(index)?.data?.rooms ?? {});

async function start(joined?: string[]) {
  const view = newState(joined);
  session = startAgainst(server, view.port);
  await pass(10_000);
  return view;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
});
afterEach(() => {
  session?.stop();
  vi.useRealTimers();
});

it("reads pages of the room that differs, and of no other", async () => {
  const view = await start(["global", "ops"]);
  server.stored.push(message(NOW + 20_000, { roomId: "ops", content: "never pushed" }));
  const before = sent("getMessages").length;
  await pass(PING_INTERVAL_MS);
  expect(sent("getMessages").slice(before).map(({ data }) => data.roomId)).toEqual(["ops"]);
  expect(view.timelineOf("ops").messages).toMatchObject([{ content: "never pushed" }]);
  await pass(60 * 60_000);
  expect(sent("getMessages")).toHaveLength(before + 1);
});

it("reads nothing where everything was pushed, however much it was", async () => {
  const view = await start();
  const before = sent("getMessages").length;
  for (let count = 0; count < 1_500; count++) {
    server.publish(message(Date.now()));
    await pass(250);
  }
  await pass(PING_INTERVAL_MS);
  expect(view.timelineOf().messages).toHaveLength(1_500);
  expect(sent("getMessages")).toHaveLength(before);
});

it("leaves a room alone in which a put may still be under way", async () => {
  const view = await start();
  vi.setSystemTime(Date.now() + 3_600_000);
  server.interfere = ({ action, data }) =>
    action === "ping" ? { type: "ack", data: { now: NOW, unsettled: Object.keys(data?.rooms ?? {}) } } : undefined;
  const { syncedTo } = view.timelineOf();
  await pass(PING_INTERVAL_MS);
  expect(view.timelineOf().syncedTo).toBe(syncedTo);
});

it("compares fifty rooms at a time, and all in turn", async () => {
  const joined = Array.from({ length: 120 }, (_, index) => `room-${index}`);
  await start(joined);
  await pass(3 * PING_INTERVAL_MS);
  const compared = [rooms(1), rooms(2), rooms(3)];
  expect(compared.map((chosen) => chosen.length)).toEqual([50, 50, 50]);
  expect(new Set(compared.flat()).size).toBe(120);
});

it("says nothing of a room that was left before the answer came", async () => {
  const joined = ["global", "ops"];
  const view = await start(joined);
  let answer: (reply: object) => void = () => undefined;
  server.interfere = ({ action }) => (action === "ping" ? new Promise((resolve) => (answer = resolve)) : undefined);
  await pass(PING_INTERVAL_MS - 10_000);
  joined.pop();
  const before = view.timelineOf("ops");
  answer({ type: "ack", data: { now: Date.now(), differs: ["ops"] } });
  await pass(1_000);
  expect(view.timelineOf("ops")).toBe(before);
});

describe("of a server that knows no digests", () => {
  it.each([
    ["answers a ping with a bare acknowledgement", { type: "ack" }],
    ["refuses it", { type: "error", data: { code: "INVALID_FRAME", message: "" } }],
  ])("and %s, the room on the screen is read again, and those with news", async (_, reply) => {
    server.interfere = ({ action }) => (action === "ping" ? reply : undefined);
    const view = await start(["global", "ops", "quiet"]);
    server.stored.push(message(NOW + 1, { content: "never pushed" }));
    for (const pushed of messages(2, NOW + 60_000)) server.publish({ ...pushed, roomId: "ops" });
    const before = sent("getMessages").length;
    await pass(PING_INTERVAL_MS);
    expect(sent("getMessages").slice(before).map(({ data }) => data.roomId)).toEqual(["global", "ops"]);
    expect(view.timelineOf().messages).toMatchObject([{ content: "never pushed" }]);
  });
});
