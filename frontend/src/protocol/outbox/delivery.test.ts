import { expect, it, vi } from "vitest";
import { message, NOW } from "@/testing/messages";
import { ConnectionLost, RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { ErrorCode, Message } from "@/protocol/frames";
import { deliver, SendFailed } from "./delivery";

const STORED = message(NOW);

/** A server that has these answers, one for each time it is sent the message. */
function server(...outcomes: (Message | Error)[]) {
  return vi.fn(async () => {
    const outcome = outcomes.shift();
    if (outcome instanceof Error || !outcome) throw outcome ?? new Error("one send too many");
    return outcome;
  });
}
const port = () => ({ pause: vi.fn(async () => undefined), limited: vi.fn<(milliseconds: number) => void>(), random: () => 0.5 });
const refused = (code: ErrorCode, retryAfterMs?: number) => new RequestRefused(code, "", retryAfterMs);
const times = (count: number, error: Error) => Array.from({ length: count }, () => error);

it("resolves with the stored message", async () => {
  expect(await deliver(server(STORED), port())).toBe(STORED);
});

it("repeats when trouble may pass", async () => {
  const send = server(refused("INTERNAL"), new RequestTimedOut(), refused("RATE_LIMITED"), STORED);
  expect(await deliver(send, port())).toBe(STORED);
  expect(send).toHaveBeenCalledTimes(4);
});

it("tells of no limit where it only tries again", async () => {
  const way = port();
  await deliver(server(refused("INTERNAL"), refused("RATE_LIMITED"), STORED), way);
  expect(way.limited).not.toHaveBeenCalled();
});

it("gives up after five attempts and tells why", async () => {
  await expect(deliver(server(...times(5, new RequestTimedOut())), port())).rejects.toEqual(new SendFailed("NO_REPLY"));
});

it("comes back when the server says, and does not count that as a failure", async () => {
  const way = port();
  await deliver(server(...times(10, refused("RATE_LIMITED", 700)), STORED), way);
  expect(way.pause.mock.calls).toEqual(Array.from({ length: 10 }, () => [700]));
  expect(way.limited.mock.calls).toEqual(way.pause.mock.calls);
});

it("does not wait for ever, nor for as long as a server may say", async () => {
  const way = port();
  const send = server(...times(40, refused("RATE_LIMITED", 1e12)));
  await expect(deliver(send, way)).rejects.toEqual(new SendFailed("RATE_LIMITED"));
  expect(Math.max(...way.limited.mock.calls.flat())).toBe(300_000);
});

it.each(["INVALID_CONTENT", "CONTENT_TOO_LONG", "FORBIDDEN"] as const)("does not repeat after %s", async (code) => {
  await expect(deliver(server(refused(code)), port())).rejects.toEqual(new SendFailed(code));
});

it("leaves an entry pending when the connection is lost", async () => {
  const lost = new ConnectionLost(1006);
  await expect(deliver(server(lost), port())).rejects.toBe(lost);
});
