/** Many clients ask a server for twice what it carries: it goes on carrying that, as no client asks more for being answered late. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer, type ClientFrame, type FakeSocket } from "@/testing/fakeServer";
import { NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import { queue } from "@/protocol/outbox/outbox";
import type { Session } from "@/protocol/session";

/** Frames a second. */
const CAPACITY = 5;
const USERS = 40;
const SETTLING_MS = 30_000;
const MEASURED_MS = 30_000;
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Handles one frame after the other; what would wait for longer than `patienceMs` is refused at once, as by API Gateway. */
class BusyServer extends FakeServer {
  private idleAt = 0;
  patienceMs = Infinity;

  override interfere = (frame: ClientFrame, socket: FakeSocket) => this.inTurn(frame, socket) as Promise<object>;

  private async inTurn(frame: ClientFrame, socket: FakeSocket): Promise<object | null> {
    const waits = Math.max(0, this.idleAt - Date.now());
    if (waits > this.patienceMs) {
      socket.push({ message: "Internal server error", connectionId: "c", requestId: "gateway's own" });
      return null;
    }
    this.idleAt = Date.now() + waits + 1_000 / CAPACITY;
    await sleep(waits);
    const reply = await this.answer(frame);
    if (frame.action === "sendMessage") for (const other of this.sockets) if (other !== socket) other.push(reply);
    return reply;
  }
}

let server: BusyServer;
let sessions: Session[];
let writers: ReturnType<typeof setInterval>[];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW });
  server = new BusyServer();
  [sessions, writers] = [[], []];
  const views = Array.from({ length: USERS }, () => newState());
  for (const view of views) {
    sessions.push(startAgainst(server, view.port));
    await pass(1_000);
  }
  let written = 0;
  writers = views.map((view, user) =>
    setInterval(
      () => {
        view.entries = queue(view.entries, { clientMessageId: `${++written}`, roomId: "global", content: "hi", failure: null });
        sessions[user]?.flush();
      },
      (1_000 * USERS) / (2 * CAPACITY),
    ),
  );
});
afterEach(() => {
  writers.forEach(clearInterval);
  sessions.forEach((session) => session.stop());
  vi.useRealTimers();
});

describe.each([
  ["lets everything wait", Infinity],
  ["refuses what would wait for long", 2_000],
])("a server that %s", (_, patienceMs) => {
  it("stores nearly as much as it can, and loses no connection", async () => {
    server.patienceMs = patienceMs;
    await pass(SETTLING_MS);
    const before = server.stored.length;
    await pass(MEASURED_MS);
    const perSecond = ((server.stored.length - before) * 1_000) / MEASURED_MS;
    expect(server.sockets).toHaveLength(USERS);
    expect(perSecond).toBeGreaterThan(0.8 * CAPACITY);
  });
});
