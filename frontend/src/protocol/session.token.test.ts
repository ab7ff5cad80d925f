import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer, type ClientFrame } from "@/testing/fakeServer";
import { NOW } from "@/testing/messages";
import { newState, startAgainst, unsent } from "@/testing/sessionState";
import type { Credentials } from "./credentials";
import { SessionExpired } from "./errors";
import type { Session, SessionState } from "./session";

let server: FakeServer;
let session: Session | undefined;

function start(...args: [port: SessionState, credentials?: Credentials]): Session {
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

  it("is renewed after repeated refused handshakes", async () => {
    server.acceptsHandshakes = false;
    const idToken = vi.fn(async () => "old");
    start(newState().port, { kind: "cognito", idToken });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(idToken.mock.calls.slice(0, 4)).toEqual([[false], [false], [false], [true]]);
  });
});
