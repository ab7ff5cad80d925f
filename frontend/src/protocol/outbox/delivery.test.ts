import { expect, it, vi } from "vitest";
import { message, NOW, serverHistory } from "@/testing/messages";
import { deliver, SendFailed, type DeliveryPort } from "./delivery";
import { ConnectionLost, RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { ErrorCode, Message } from "@/protocol/frames";
import { newMessageId } from "./messageId";
import type { OutboxEntry } from "./outbox";

const ID = newMessageId(NOW);
const FRESH_ID = newMessageId(NOW + 90_000);
const ENTRY: OutboxEntry = { clientMessageId: ID, roomId: "global", content: "hi", failure: null };
const STORED = message(NOW, { messageId: ID });

function port(outcomes: (Message | Error)[], history: Message[] = []) {
  return {
    send: vi.fn<DeliveryPort["send"]>(async () => {
      const outcome = outcomes.shift();
      if (outcome instanceof Error || !outcome) throw outcome ?? new Error("one send too many");
      return outcome;
    }),
    fetchPage: vi.fn(serverHistory(() => history)),
    remint: vi.fn((entry: OutboxEntry) => ({ ...entry, clientMessageId: FRESH_ID })),
    pause: vi.fn(async () => undefined),
    random: () => 0.5,
  };
}
const refused = (code: ErrorCode) => new RequestRefused(code);

it("resolves with the stored message", async () => {
  expect(await deliver(ENTRY, port([STORED]))).toBe(STORED);
});

it("repeats the same entry when trouble may pass", async () => {
  const way = port([refused("INTERNAL"), new RequestTimedOut(), refused("RATE_LIMITED"), STORED]);
  expect(await deliver(ENTRY, way)).toBe(STORED);
  expect(way.send.mock.calls).toEqual([[ENTRY], [ENTRY], [ENTRY], [ENTRY]]);
  expect(way.pause).toHaveBeenCalledTimes(3);
});

it("gives up after five attempts and tells why", async () => {
  const way = port(Array.from({ length: 5 }, () => new RequestTimedOut()));
  await expect(deliver(ENTRY, way)).rejects.toEqual(new SendFailed("NO_REPLY"));
});

it.each(["INVALID_CONTENT", "CONTENT_TOO_LONG", "FORBIDDEN"] as const)("does not repeat after %s", async (code) => {
  await expect(deliver(ENTRY, port([refused(code)]))).rejects.toEqual(new SendFailed(code));
});

it("finds an entry that is too old already stored, and does not send it again", async () => {
  const neighbours = [message(NOW - 1), message(NOW + 1)];
  const way = port([refused("CLOCK_SKEW")], [...neighbours, STORED]);
  expect(await deliver(ENTRY, way)).toEqual(STORED);
  expect(way.send).toHaveBeenCalledOnce();
});

it("sends an entry that is too old and not stored under a fresh id", async () => {
  const stored = message(NOW + 90_000, { messageId: FRESH_ID });
  const way = port([refused("CLOCK_SKEW"), stored], [message(NOW + 1)]);
  expect(await deliver(ENTRY, way)).toBe(stored);
  expect(way.send.mock.calls.map(([entry]) => entry.clientMessageId)).toEqual([ID, FRESH_ID]);
});

it("fails when even a fresh id is off: the device's clock is wrong", async () => {
  const way = port([refused("CLOCK_SKEW"), refused("CLOCK_SKEW")]);
  await expect(deliver(ENTRY, way)).rejects.toEqual(new SendFailed("CLOCK_SKEW"));
});

it("leaves an entry pending when the connection is lost", async () => {
  await expect(deliver(ENTRY, port([new ConnectionLost(1006)]))).rejects.toBeInstanceOf(ConnectionLost);
});
