import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeServer } from "@/testing/fakeServer";
import { message, NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import type { Member } from "@/protocol/frames";
import { onlineMembers } from "./presence";
import type { Session } from "@/protocol/session";
import { REFRESH_AFTER_MS } from "./presenceSync";
import { TYPING_INTERVAL_MS } from "./typing";

const ALICE: Member = { userId: "alice", username: "Alice" };
const BOB: Member = { userId: "bob", username: "Bob" };
let server: FakeServer;
let session: Session;
let view: ReturnType<typeof newState>;

async function start(rooms?: string[]): Promise<void> {
  view = newState(rooms);
  session = startAgainst(server, view.port);
  await settled();
}

const settled = () => vi.advanceTimersByTimeAsync(0);
const sent = (action: string) => server.sockets.flatMap(({ frames }) => frames).filter((frame) => frame.action === action);
const online = (roomId?: string) => onlineMembers(view.presenceOf(roomId))?.map(({ userId }) => userId).sort();

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
  server.online = [ALICE];
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

it("asks who is there at the start, and follows who comes and goes", async () => {
  await start();
  expect(online()).toEqual(["alice"]);
  vi.advanceTimersByTime(10);
  server.presence(BOB, true);
  server.presence(ALICE, false);
  expect(online()).toEqual(["bob"]);
});

it("asks again after a reconnect and when the user comes back, since changes may be lost", async () => {
  await start();
  server.online = [BOB];
  server.latest.close(1006);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(online()).toEqual(["bob"]);
  server.online = [ALICE, BOB];
  await vi.advanceTimersByTimeAsync(REFRESH_AFTER_MS);
  expect(online()).toEqual(["bob"]);
  session.check();
  await settled();
  expect(online()).toEqual(["alice", "bob"]);
});

it("asks for the room on the screen alone, and for another one when it is shown", async () => {
  await start(["global", "ops"]);
  expect(sent("getMembers").map(({ data }) => data.roomId)).toEqual(["global"]);
  view.active = "ops";
  session.askMembers("ops");
  await settled();
  expect(online("ops")).toEqual(["alice"]);
});

it("does not keep count of rooms that nobody looks at or that were left", async () => {
  await start(["global", "ops"]);
  server.presence(BOB, true, "ops");
  server.presence(BOB, true, "left");
  server.typing([BOB], "left");
  expect([online("ops"), online("left"), view.typingIn("left")]).toEqual([[], [], []]);
});

it("lives on without an answer, and says that there is none", async () => {
  server.interfere = ({ action }) =>
    action === "getMembers" ? { type: "error", data: { code: "UNKNOWN_ACTION", message: "" } } : undefined;
  await start();
  expect(view.membersFailed).toHaveBeenCalledExactlyOnceWith("global");
  expect(view.links.at(-1)).toBe("online");
});

it("is ready before the members are known", async () => {
  server.interfere = ({ action }) => (action === "getMembers" ? null : undefined);
  await start();
  expect(view.links.at(-1)).toBe("online");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(view.membersFailed).toHaveBeenCalledWith("global");
  expect(server.sockets).toHaveLength(1);
});

it("tells at most every four seconds and room that the user types", async () => {
  await start(["global", "ops"]);
  for (let keystroke = 0; keystroke < 10; keystroke++) session.tellTyping("global");
  session.tellTyping("ops");
  await settled();
  expect(sent("typing").map(({ data }) => data.roomId)).toEqual(["global", "ops"]);
  await vi.advanceTimersByTimeAsync(TYPING_INTERVAL_MS);
  session.tellTyping("global");
  await settled();
  expect(sent("typing")).toHaveLength(3);
});

it("tells nobody in a room too large to list", async () => {
  server.listed = 0;
  await start();
  session.tellTyping("global");
  await settled();
  expect(sent("typing")).toEqual([]);
});

it("does not lose the connection over a refused or unanswered indicator", async () => {
  await start();
  server.interfere = ({ action }) =>
    action === "typing" ? { type: "error", data: { code: "RATE_LIMITED", message: "" } } : undefined;
  session.tellTyping("global");
  await vi.advanceTimersByTimeAsync(TYPING_INTERVAL_MS);
  server.interfere = ({ action }) => (action === "typing" ? null : undefined);
  session.tellTyping("global");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent("typing")).toHaveLength(2);
  expect([server.sockets.length, view.links.at(-1)]).toEqual([1, "online"]);
});

it("shows who types until the message comes", async () => {
  await start();
  server.typing([ALICE, BOB]);
  expect(view.typingIn()).toEqual(["Alice", "Bob"]);
  server.publish(message(NOW, { ...ALICE }));
  expect(view.typingIn()).toEqual(["Bob"]);
});
