import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer, type ClientFrame } from "@/testing/fakeServer";
import { NOW } from "@/testing/messages";
import { newState, startAgainst, unsent } from "@/testing/sessionState";
import type { Credentials } from "./credentials";
import { SessionExpired } from "./errors";
import type { Session, SessionState } from "./session";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let server: FakeServer;
let session: Session | undefined;

function start(...args: [port: SessionState, credentials?: Credentials, now?: () => number]): Session {
  return (session = startAgainst(server, ...args));
}

const settled = () => vi.advanceTimersByTimeAsync(0);

/** A message is sent, and the token turns out to have expired. */
async function sendOnceExpired(idToken: (refresh: boolean) => Promise<string>) {
  const view = newState();
  const { flush } = start(view.port, { kind: "cognito", idToken });
  await settled();
  server.interfere = expiresOnce();
  view.entries = [unsent("hi")];
  flush();
  await settled();
  return view;
}

function expiresOnce() {
  let answered = false;
  return ({ action }: ClientFrame) => {
    if (action !== "sendMessage" || answered) return undefined;
    answered = true;
    return { type: "error", data: { code: "TOKEN_EXPIRED", message: "" } };
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
});
afterEach(() => {
  session?.stop();
  vi.useRealTimers();
});

describe("token", () => {
  it("is renewed and the frame repeated without losing the socket", async () => {
    const idToken = vi.fn(async (refresh: boolean) => (refresh ? "new" : "old"));
    const view = await sendOnceExpired(idToken);
    const sends = server.latest.frames.filter(({ action }) => action === "sendMessage");
    expect(sends.map(({ token }) => token)).toEqual(["old", "new"]);
    expect(server.sockets).toHaveLength(1);
    expect(view.entries).toEqual([]);
  });

  it("that cannot be renewed ends the session and keeps what is unsent", async () => {
    const idToken = vi.fn(async (refresh: boolean) => {
      if (refresh) throw new SessionExpired();
      return "old";
    });
    const view = await sendOnceExpired(idToken);
    expect(view.sessionExpired).toHaveBeenCalledOnce();
    expect(view.entries).toMatchObject([{ content: "hi", failure: null }]);
    expect(view.links.at(-1)).toBe("stopped");
    expect(server.latest.open).toBe(false);
  });

  it.each([-DAY_MS, -10 * MINUTE_MS, 0, 10 * MINUTE_MS, DAY_MS])("is renewed in time where the clock is %i ms ahead", async (ahead) => {
    const tokenFor = (lasting: number) => `head.${btoa(JSON.stringify({ exp: (Date.now() + lasting) / 1000 }))}.signature`;
    const idToken = vi.fn(async () => tokenFor(60 * MINUTE_MS));
    const renewals = () => server.sockets.flatMap(({ frames }) => frames).filter(({ action }) => action === "authenticate");
    start(newState().port, { kind: "cognito", idToken }, () => Date.now() + ahead);

    await vi.advanceTimersByTimeAsync(57 * MINUTE_MS);
    expect(renewals()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
    expect(renewals()).toHaveLength(1);
  });

  it("is renewed after repeated refused handshakes", async () => {
    server.acceptsHandshakes = false;
    const idToken = vi.fn(async () => "old");
    start(newState().port, { kind: "cognito", idToken });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(idToken.mock.calls.slice(0, 4)).toEqual([[false], [false], [false], [true]]);
  });
});
