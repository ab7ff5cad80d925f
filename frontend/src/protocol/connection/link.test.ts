import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { message, NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import { PING_INTERVAL_MS } from "./liveness";
import { REPLACE_AFTER_MS } from "./replacement";
import type { Session, SessionState } from "@/protocol/session";

let server: FakeServer;
let session: Session | undefined;

function start(port: SessionState): Session {
  return (session = startAgainst(server, port));
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
});
afterEach(() => {
  session?.stop();
  vi.useRealTimers();
});

describe("connection", () => {
  it("waits longer after each failed attempt, and shows when the next one is due", async () => {
    server.acceptsHandshakes = false;
    const view = newState();
    start(view.port);
    await vi.advanceTimersByTimeAsync(500 + 1_000 + 2_000 + 4_000 - 1);
    expect(server.sockets).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.sockets).toHaveLength(5);
  });

  it("asks whether it lives when the browser says there is no network, and stays if it does", async () => {
    const view = newState();
    const { setNetwork } = start(view.port);
    await vi.advanceTimersByTimeAsync(10_000);
    setNetwork(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.latest.actions().filter((action) => action === "ping")).toHaveLength(2);
    expect([view.links.at(-1), server.sockets.length]).toEqual(["online", 1]);
  });

  it("goes on trying while the browser says there is no network, and at once when it says there is one", async () => {
    server.acceptsHandshakes = false;
    const view = newState();
    const { setNetwork } = start(view.port);
    setNetwork(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(view.links.at(-1)).toBe("offline");
    expect(server.sockets.length).toBeGreaterThan(4);
    server.acceptsHandshakes = true;
    setNetwork(true);
    await settled();
    expect(view.links.at(-1)).toBe("online");
  });

  it("pings within the idle limit, and replaces a connection that does not answer", async () => {
    const view = newState();
    start(view.port);
    await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS);
    expect(server.latest.actions()).toContain("ping");
    server.interfere = ({ action }) => (action === "ping" ? null : undefined);
    await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS + 12_000);
    expect(server.sockets).toHaveLength(2);
    expect(view.links.at(-1)).toBe("online");
  });

  it("moves to a new connection before the two-hour limit: the next first, then the old one closed, nothing missed", async () => {
    const view = newState(["global", "ops"]);
    start(view.port);
    await settled();
    const old = server.latest;
    let answerJoin: (ack: object) => void = () => undefined;
    server.interfere = ({ action }) =>
      action === "joinRoom" ? new Promise((resolve) => (answerJoin = resolve)) : undefined;
    await vi.advanceTimersByTimeAsync((REPLACE_AFTER_MS.earliest + REPLACE_AFTER_MS.latest) / 2);
    expect([old.open, server.latest.open]).toEqual([true, true]);
    answerJoin({ type: "ack" });
    await settled();
    expect(server.sockets).toHaveLength(2);
    expect([old.open, server.latest.open]).toEqual([false, true]);
    expect(view.links).toEqual(["connecting", "online"]);
    server.publish(message(Date.now(), { roomId: "ops" }));
    expect(view.timelineOf("ops").messages).toHaveLength(1);
  });

  it("takes a room joined in between along to the next connection", async () => {
    const rooms = ["global", "ops"];
    const view = newState(rooms);
    const { moved } = start(view.port);
    await settled();
    let answerJoin: (ack: object) => void = () => undefined;
    server.interfere = ({ action, data }) =>
      action === "joinRoom" && data.roomId === "ops" ? new Promise((resolve) => (answerJoin = resolve)) : undefined;
    await vi.advanceTimersByTimeAsync((REPLACE_AFTER_MS.earliest + REPLACE_AFTER_MS.latest) / 2);
    rooms.push("joined in between");
    moved("joined in between");
    answerJoin({ type: "ack" });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.latest.frames.filter(({ action }) => action === "joinRoom").map(({ data }) => data.roomId)).toContain(
      "joined in between",
    );
  });

  it("closes the socket when it is stopped, and stays away", async () => {
    const view = newState();
    start(view.port).stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sockets.every((socket) => !socket.open)).toBe(true);
    expect(server.sockets).toHaveLength(1);
    expect(view.links.at(-1)).toBe("stopped");
  });
});
