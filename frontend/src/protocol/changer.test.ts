import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { changer } from "./changer";
import { ConnectionLost, RequestRefused, RequestTimedOut } from "./errors";
import type { Reply } from "./frames";

const DATA = { roomId: "global", sortKey: "1763856000000#m1", content: "Hi" };
const DONE: Reply = { type: "ack", data: undefined };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A changer whose requests are answered by these, in turn. */
function answeredBy(...answers: (Error | Reply)[]) {
  const ask = vi.fn<(action: string, data: unknown) => Promise<Reply>>(async () => {
    const answer = answers.shift() ?? DONE;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  let ids = 0;
  return { ask, change: changer({ ask, newId: () => `id-${++ids}`, random: () => 0.5 }) };
}

it("asks once where nothing goes wrong", async () => {
  const { ask, change } = answeredBy(DONE);
  await change("editMessage", DATA);
  expect(ask.mock.calls).toEqual([["editMessage", { ...DATA, clientMessageId: "id-1" }]]);
});

it("repeats under the same id what may have been done, or may be taken a moment later", async () => {
  const { ask, change } = answeredBy(new RequestTimedOut(), new RequestRefused("RATE_LIMITED", "", 40), DONE);
  const done = change("editMessage", DATA);
  await vi.runAllTimersAsync();
  await done;
  expect(ask.mock.calls.map(([, data]) => data)).toEqual(Array(3).fill({ ...DATA, clientMessageId: "id-1" }));
});

it.each([
  [new RequestRefused("FORBIDDEN"), 1],
  [new ConnectionLost(1006), 1],
  [new RequestRefused("RATE_LIMITED", "", 60_000), 1],
  [new RequestRefused("INTERNAL"), 3],
])("gives up where repeating does not help or takes too long (%s)", async (error, times) => {
  const { ask, change } = answeredBy(error, error, error, error);
  const refused = expect(change("deleteMessage", DATA)).rejects.toBe(error);
  await vi.runAllTimersAsync();
  await refused;
  expect(ask).toHaveBeenCalledTimes(times);
});
