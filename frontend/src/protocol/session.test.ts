import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { message, messages, NOW } from "@/testing/messages";
import { newState, startAgainst, unsent } from "@/testing/sessionState";
import { ConnectionLost } from "./errors";
import type { Credentials } from "./credentials";
import { PING_INTERVAL_MS } from "./connection/liveness";
import type { Session, SessionState } from "./session";
import { EMPTY_TIMELINE, type Timeline } from "@/protocol/rooms/timeline";

let server: FakeServer;
let session: Session | undefined;

function start(...args: [port: SessionState, credentials?: Credentials]): Session {
  return (session = startAgainst(server, ...args));
}

const settled = () => vi.advanceTimersByTimeAsync(0);
const contents = (timeline: Timeline) => timeline.messages.map(({ content }) => content);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
});
afterEach(() => {
  session?.stop();
  vi.useRealTimers();
});

describe("handshake", () => {
  it("enters a public room where a private one is shown, and joins that", async () => {
    const board = `~p${"0".repeat(32)}`;
    start(newState([board, "ops"]).port);
    await settled();
    expect(server.latest.url.searchParams.get("roomId")).toBe("ops");
    expect(server.latest.frames.filter(({ action }) => action === "joinRoom").map(({ data }) => data.roomId)).toEqual([board]);
  });

  it("names the user in the query in mock mode, and asks for v2", async () => {
    start(newState().port);
    await settled();
    expect(server.latest.url.search).toBe("?roomId=global&userId=me&username=Me");
    expect(server.latest.protocols).toEqual(["chat.v2"]);
    expect(server.latest.frames[0]?.token).toBeUndefined();
  });

  it("carries the token as a sub-protocol and on every frame, never in the address", async () => {
    start(newState().port, { kind: "cognito", idToken: async () => "t0ken" });
    await settled();
    expect(server.latest.url.search).toBe("?roomId=global");
    expect(server.latest.protocols).toEqual(["chat.v2", "bearer.t0ken"]);
    expect(server.latest.actions()).toContain("getMessages");
    expect(server.latest.frames.every(({ token }) => token === "t0ken")).toBe(true);
  });
});

describe("catching up", () => {
  it("finds by itself, on a connection that lives, what was never pushed", async () => {
    const { port, timelineOf } = newState();
    start(port);
    await settled();
    server.stored.push(message(NOW + 1, { content: "dead-lettered" }));
    await vi.advanceTimersByTimeAsync(PING_INTERVAL_MS + 1_000);
    expect(contents(timelineOf())).toEqual(["dead-lettered"]);
  });

  it("shows the newest page at the start, then what is pushed, singly or together", async () => {
    server.stored.push(...messages(3, NOW - 5_000));
    const { port, timelineOf } = newState();
    start(port);
    await settled();
    server.latest.push({ type: "newMessages", data: messages(2) });
    expect(timelineOf().messages).toHaveLength(5);
    expect(timelineOf()).toMatchObject({ hasOlder: false });
  });

  it("fetches after a reconnect what was said in between, once", async () => {
    const { port, timelineOf, links } = newState();
    start(port);
    await settled();
    server.publish(message(NOW, { content: "before" }));
    server.latest.close(1001);
    server.stored.push(message(NOW + 1, { content: "in between" }));
    await vi.advanceTimersByTimeAsync(1_000);
    server.publish(message(NOW + 2, { content: "after" }));
    expect(contents(timelineOf())).toEqual(["before", "in between", "after"]);
    expect(links).toEqual(["connecting", "online", "waiting", "connecting", "online"]);
  });

  it("comes back with a handshake and three requests, since thousands may come back at once", async () => {
    start(newState().port);
    await vi.advanceTimersByTimeAsync(10_000);
    server.latest.close(1001);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(server.sockets).toHaveLength(2);
    expect(server.latest.actions()).toEqual(["getMessages", "getMembers", "getMessages"]);
  });

  it("goes on from where it was complete, not from what was pushed into an unfinished recovery", async () => {
    const { port, timelineOf } = newState();
    start(port);
    await settled();
    server.publish(message(NOW, { content: "complete to here" }));
    server.latest.close(1006);
    server.stored.push(message(NOW + 1, { content: "missed" }));
    server.interfere = ({ action }, socket) => {
      if (action !== "getMessages") return undefined;
      server.interfere = () => undefined;
      server.publish(message(NOW + 600_000, { content: "pushed early" }));
      socket.close(1006);
      return null;
    };
    await vi.advanceTimersByTimeAsync(5_000);
    expect(contents(timelineOf())).toEqual(["complete to here", "missed", "pushed early"]);
  });

  it("joins the other rooms and keeps each up to date", async () => {
    server.stored.push(message(NOW, { roomId: "ops" }));
    const { port, timelineOf } = newState(["global", "ops"]);
    start(port);
    await settled();
    expect(server.latest.frames.find(({ action }) => action === "joinRoom")?.data.roomId).toBe("ops");
    server.publish(message(NOW + 1, { roomId: "ops" }));
    expect(timelineOf("ops").messages).toHaveLength(2);
    expect(timelineOf("global").messages).toHaveLength(0);
  });

  it("does not show messages of a room that was left", async () => {
    const { port, timelineOf } = newState();
    start(port);
    await settled();
    server.publish(message(NOW, { roomId: "left" }));
    expect(timelineOf("left")).toBe(EMPTY_TIMELINE);
  });

  it("repeats joining a room while the server is short of breath, and tells when it is forbidden", async () => {
    const { port, timelineOf, roomRefused } = newState(["global", "busy", "closed"]);
    let refusals = 2;
    server.interfere = ({ action, data }) => {
      if (action !== "joinRoom") return undefined;
      if (data.roomId === "closed") return { type: "error", data: { code: "FORBIDDEN", message: "" } };
      return refusals-- > 0 ? { type: "error", data: { code: "RATE_LIMITED", message: "" } } : undefined;
    };
    start(port);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(timelineOf("busy").syncedTo).not.toBeNull();
    expect(roomRefused).toHaveBeenCalledExactlyOnceWith("closed", "FORBIDDEN");
  });

  it("joins a room anew that the server had closed meanwhile, and is pushed what is said there", async () => {
    const { port, timelineOf, roomRefused, roomAdmitted } = newState(["global", "club"]);
    let closed = false;
    server.interfere = ({ data }) => (closed && data?.roomId === "club" ? { type: "error", data: { code: "BANNED", message: "" } } : undefined);
    const { enterAnew, opened } = start(port);
    await vi.advanceTimersByTimeAsync(5_000);
    closed = true;
    opened("club");
    await settled();
    expect(roomRefused).toHaveBeenCalledExactlyOnceWith("club", "BANNED");
    [closed] = [false];
    roomAdmitted.mockClear();
    server.latest.frames.length = 0;
    enterAnew("club");
    await settled();
    expect(server.latest.actions()).toEqual(["joinRoom", "getMessages"]);
    expect(roomAdmitted).toHaveBeenCalledWith("club");
    server.publish(message(Date.now(), { roomId: "club" }));
    expect(timelineOf("club").messages).toHaveLength(1);
  });

  it("loads older history on request until the start of the room", async () => {
    server.stored.push(...messages(120, NOW - 200_000));
    const { port, timelineOf } = newState();
    const { loadOlder } = start(port);
    await settled();
    expect(timelineOf()).toMatchObject({ hasOlder: true });
    await loadOlder("global");
    expect(timelineOf()).toMatchObject({ hasOlder: false });
    expect(timelineOf().messages).toEqual(server.stored);
  });

  it("says where there is no connection to load older history over, so that it can be asked for again", async () => {
    server.stored.push(...messages(120, NOW - 200_000));
    const { loadOlder } = start(newState().port);
    await settled();
    server.acceptsHandshakes = false;
    server.latest.close(1006);
    await settled();
    await expect(loadOlder("global")).rejects.toThrow(ConnectionLost);
  });
});

describe("sending", () => {
  it("settles an entry by its echo, which appears once", async () => {
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    view.entries = [unsent("hi")];
    flush();
    flush();
    await settled();
    expect(view.entries).toEqual([]);
    expect(contents(view.timelineOf())).toEqual(["hi"]);
    expect(server.latest.actions().filter((action) => action === "sendMessage")).toHaveLength(1);
  });

  it("asks that @here counts where its author may, and says nothing of it elsewhere", async () => {
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    view.entries = [unsent("@here look"), unsent("here")];
    flush();
    await settled();
    const sent = server.latest.frames.filter(({ action }) => action === "sendMessage");
    expect(sent.map(({ data }) => (data as { mentionsHere?: true }).mentionsHere)).toEqual([true, undefined]);
  });

  it("sends what was written offline once the connection is there, in the order of writing", async () => {
    server.acceptsHandshakes = false;
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    view.entries = [unsent("one")];
    vi.setSystemTime(NOW + 1);
    view.entries = [...view.entries, unsent("two")];
    flush();
    server.acceptsHandshakes = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(contents(view.timelineOf())).toEqual(["one", "two"]);
  });

  it("repeats with the same id after a connection lost before the answer, and stores it once", async () => {
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    server.interfere = (frame, socket) => {
      if (frame.action !== "sendMessage") return undefined;
      server.interfere = () => undefined;
      server.store(frame.data);
      socket.close(1006);
      return null;
    };
    view.entries = [unsent("hi")];
    flush();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(view.entries).toEqual([]);
    expect(contents(view.timelineOf())).toEqual(["hi"]);
    expect(server.stored).toHaveLength(1);
  });

  it("fails the message whose frame was too big for the gateway, and comes back", async () => {
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    server.interfere = (frame, socket) => (frame.action === "sendMessage" ? (socket.close(1009), null) : undefined);
    const big = "\u{1f600}".repeat(4_000);
    view.entries = [unsent(big)];
    flush();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(view.entries).toMatchObject([{ content: big, failure: "CONTENT_TOO_LONG" }]);
    expect(view.links.at(-1)).toBe("online");
    expect(server.sockets).toHaveLength(2);
  });

  it("takes the gateway's own error as a failed attempt of the only request under way", async () => {
    const view = newState();
    const { flush } = start(view.port);
    await settled();
    server.interfere = ({ action }, socket) => {
      if (action !== "sendMessage") return undefined;
      server.interfere = () => undefined;
      socket.push({ message: "Internal server error", connectionId: "c", requestId: "gateway" });
      return null;
    };
    view.entries = [unsent("hi")];
    flush();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(contents(view.timelineOf())).toEqual(["hi"]);
  });

  it("ignores empty messages, unknown types and rubbish", async () => {
    const { port, timelineOf } = newState();
    start(port);
    await settled();
    ["", "{", '{"type":"presence"}', "[1]"].forEach((text) => server.latest.pushText(text));
    server.publish(message(NOW));
    expect(timelineOf().messages).toHaveLength(1);
  });
});
