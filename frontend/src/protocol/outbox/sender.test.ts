import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeServer, type ClientFrame } from "@/testing/fakeServer";
import { message, NOW } from "@/testing/messages";
import { newState, startAgainst } from "@/testing/sessionState";
import type { Session } from "@/protocol/session";
import * as outbox from "./outbox";

let server: FakeServer;
let session: Session;
let view: ReturnType<typeof newState>;

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const said = () => server.stored.map(({ content }) => content);
const sent = () => server.sockets.flatMap(({ frames }) => frames).filter(({ action }) => action === "sendMessage");
const refusal = (code: string, retryAfterMs?: number) => ({ type: "error", data: { code, message: "", retryAfterMs } });

function write(content: string, roomId = "global"): void {
  const entry = { clientMessageId: `id of ${content}`, roomId, content, failure: null };
  view.entries = outbox.queue(view.entries, entry);
  session.flush();
}

/** Answer the sends of `content` so, instead of storing it. */
function answer(content: string, ...answers: (object | null)[]): void {
  server.interfere = (frame: ClientFrame) =>
    frame.action === "sendMessage" && frame.data.content === content && answers.length > 0 ? answers.shift() : undefined;
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW });
  server = new FakeServer();
  view = newState(["global", "ops"]);
  session = startAgainst(server, view.port);
  await pass(5_000);
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

it("keeps the order of writing in a room, while another room does not wait", async () => {
  answer("one", refusal("INTERNAL"), refusal("RATE_LIMITED", 3_000));
  write("one");
  write("two");
  write("other", "ops");
  await pass(1_000);
  expect(said()).toEqual(["other"]);
  await pass(10_000);
  expect(said()).toEqual(["other", "one", "two"]);
  expect(view.limits).toEqual([3_000]);
});

it("goes on with what comes after a message that is refused for good", async () => {
  answer("one", refusal("INVALID_CONTENT"));
  write("one");
  write("two");
  await pass(100);
  expect(said()).toEqual(["two"]);
  expect(view.entries).toMatchObject([{ content: "one", failure: "INVALID_CONTENT" }]);
});

it("goes on over the next connection when the one it used is lost while it waits", async () => {
  answer("one", refusal("RATE_LIMITED", 2_000));
  write("one");
  await pass(100);
  server.latest.close(1006);
  await pass(10_000);
  expect(said()).toEqual(["one"]);
  expect(view.entries).toEqual([]);
});

it("stops sending what was discarded, or was found to be stored", async () => {
  answer("one", null);
  write("one");
  await pass(100);
  view.entries = outbox.discard(view.entries, "id of one");
  answer("two", refusal("INTERNAL"));
  write("two");
  await pass(20_000);
  server.publish(message(Date.now(), { clientMessageId: "id of three" }));
  expect(sent().filter(({ data }) => data.content === "one")).toHaveLength(1);
  expect(said()[0]).toBe("two");
});

it("takes an answer as delivery even if the message does not fit into what is loaded", async () => {
  server.stored.push(...Array.from({ length: 60 }, (_, index) => message(NOW + 1_000_000 + index)));
  session.stop();
  view = newState();
  session = startAgainst(server, view.port);
  await pass(5_000);
  expect(view.timelineOf().hasOlder).toBe(true);
  write("older than the page");
  await pass(100);
  expect(view.entries).toEqual([]);
});

it("blames the message that was too big, not one that shared its connection", async () => {
  const big = "😀".repeat(4_000);
  server.interfere = ({ action, data }, socket) => {
    if (action !== "sendMessage") return undefined;
    if (data.content === big) socket.close(1009);
    return data.content === big || !server.sockets[1] ? null : undefined;
  };
  write("small", "ops");
  write(big);
  await pass(5_000);
  expect(view.entries.map(({ clientMessageId, failure }) => [clientMessageId.length, failure])).toEqual([
    [`id of ${big}`.length, "CONTENT_TOO_LONG"],
  ]);
  expect(said()).toContain("small");
});

it("sends well-formed text", async () => {
  write("half an emoji: \ud83d");
  await pass(100);
  expect(said()).toEqual(["half an emoji: \ufffd"]);
});
