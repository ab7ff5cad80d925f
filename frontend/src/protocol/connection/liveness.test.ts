import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import { newMessageId } from "@/protocol/outbox/messageId";
import type { Session } from "@/protocol/session";
import { PING_INTERVAL_MS } from "./liveness";

let server: FakeServer;
let session: Session;
let view: ReturnType<typeof newState>;

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
/** The connections of now die without a word; later ones live. */
function die(): void {
  const dead = new Set(server.sockets);
  server.interfere = (_, socket) => (dead.has(socket) ? null : undefined);
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
  view = newState();
  session = startAgainst(server, view.port);
  await pass(30_000);
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

describe("a connection that died without a word", () => {
  it.each([
    ["the user looks at the page again", () => session.check()],
    ["the browser tells of another network", () => session.setNetwork(true)],
    ["the browser says that there is none", () => session.setNetwork(false)],
    ["the first key is typed", () => session.tellTyping("global")],
  ])("is known to be dead, and replaced, within ten seconds after %s", async (_, hint) => {
    die();
    hint();
    await pass(10_000);
    expect(server.sockets.map(({ open }) => open)).toEqual([false, true]);
    expect(view.links.at(-1)).toBe("online");
  });

  it("is known at the next ping when nobody is there", async () => {
    die();
    await pass(PING_INTERVAL_MS - 31_000);
    expect(server.sockets).toHaveLength(1);
    await pass(10_000);
    expect(server.sockets).toHaveLength(2);
  });

  it("holds a message up for less than ten seconds", async () => {
    die();
    view.entries = [{ clientMessageId: newMessageId(NOW), roomId: "global", content: "hi", failure: null }];
    session.flush();
    await pass(10_000);
    expect(server.stored).toMatchObject([{ content: "hi" }]);
    expect(view.entries).toEqual([]);
  });

  it("is given up when it dies while it recovers", async () => {
    server.latest.close(1006);
    server.interfere = () => null;
    await pass(1_000);
    expect(view.links.at(-1)).toBe("connecting");
    die();
    await pass(10_000);
    expect(view.links.at(-1)).toBe("online");
  });

  it("is given more time once connection after connection answers too late", async () => {
    server.interfere = async ({ action }) => {
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      return { type: action === "getMessages" ? "messageHistory" : "ack", nextCursor: null, data: action === "ping" ? { now: Date.now() } : [] };
    };
    session.check();
    await pass(60_000);
    expect(server.sockets).toHaveLength(2);
    expect(view.links.at(-1)).toBe("online");
    session.check();
    await pass(60_000);
    expect(server.sockets).toHaveLength(2);
  });
});

it("stays when the browser is wrong about the network, and when only one answer is slow", async () => {
  session.setNetwork(false);
  server.interfere = ({ action }) => (action === "sendMessage" ? null : undefined);
  view.entries = [{ clientMessageId: newMessageId(NOW), roomId: "global", content: "hi", failure: null }];
  session.flush();
  await pass(14_000);
  expect(server.sockets).toHaveLength(1);
});

it("asks at most every four seconds, however many signs there are", async () => {
  const before = server.latest.frames.length;
  for (let count = 0; count < 20; count++) {
    session.check();
    await pass(100);
  }
  await pass(20_000);
  expect(server.latest.frames.slice(before).map(({ action }) => action)).toEqual(["ping", "ping"]);
});

it("costs an idle client twelve frames an hour", async () => {
  const before = server.latest.frames.length;
  await pass(3_600_000);
  expect(server.latest.frames.slice(before).map(({ action }) => action)).toEqual(Array.from({ length: 12 }, () => "ping"));
});
