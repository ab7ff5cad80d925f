/** Histories that once went wrong, the shortest of each kind. */
import { HEALTHY } from "./chatServer";
import type { History, Step } from "./history";

const wait = (ms: number): Step => ({ kind: "wait", ms });
const send: Step = { kind: "send", tab: 0 };
const show = (roomId: string): Step => ({ kind: "show", tab: 0, roomId });
const server = (trouble: Partial<typeof HEALTHY>): Step => ({ kind: "server", trouble: { ...HEALTHY, ...trouble } });
const network = (up: boolean): Step => ({ kind: "network", up });
const healthy = server({});

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

function history(steps: Step[], { clockAheadMs = 0, seed = 1 } = {}): History {
  return { seed, clockAheadMs, withLocks: true, steps };
}

export const KNOWN_HISTORIES: Record<string, History> = {
  "a room with four messages a second is looked at for six minutes": history([
    { kind: "burst", roomId: "global", count: 1_440, everyMs: 250 },
    wait(6 * MINUTE_MS),
  ]),
  "the room of the handshake is left and joined again": history([
    wait(2 * SECOND_MS),
    show("ops"),
    wait(2 * SECOND_MS),
    { kind: "leave", tab: 0, roomId: "global" },
    wait(2 * SECOND_MS),
    show("global"),
    wait(5 * SECOND_MS),
  ]),
  "a room is left and joined again at once": history([
    show("ops"),
    wait(5 * SECOND_MS),
    { kind: "leave", tab: 0, roomId: "ops" },
    show("ops"),
    wait(5 * SECOND_MS),
  ]),
  "the answer to a message is lost, and the page opened again after many others": history([
    wait(3 * SECOND_MS),
    server({ losesReplies: 1 }),
    send,
    wait(SECOND_MS),
    network(false),
    { kind: "burst", roomId: "global", count: 60, everyMs: 5 * SECOND_MS },
    wait(5 * MINUTE_MS),
    healthy,
    { kind: "reload", tab: 0 },
    network(true),
    wait(10 * SECOND_MS),
  ]),
  "the connection breaks while a refused message waits to be tried again": history([
    wait(3 * SECOND_MS),
    server({ refuses: 1 }),
    send,
    wait(4 * SECOND_MS),
    { kind: "socketCloses", tab: 0 },
    healthy,
    wait(MINUTE_MS),
    // With this seed the pause is longer than the next handshake.
  ], { seed: 9 }),
  "eight lines are written without a network, which comes back after a minute": history([
    wait(3 * SECOND_MS),
    network(false),
    { kind: "browserSays", online: false },
    ...Array.from({ length: 8 }, () => [send, wait(50)]).flat(),
    wait(66 * SECOND_MS),
    network(true),
    { kind: "browserSays", online: true },
    send,
    wait(20 * SECOND_MS),
  ]),
  "the clock is ninety seconds ahead": history([wait(3 * SECOND_MS), send, wait(10 * SECOND_MS)], { clockAheadMs: 90 * SECOND_MS }),
  "the clock is a day behind": history([wait(3 * SECOND_MS), send, wait(10 * SECOND_MS)], { clockAheadMs: -25 * 60 * MINUTE_MS }),
  "the connection dies while it recovers": history([
    wait(3 * SECOND_MS),
    { kind: "socketCloses", tab: 0 },
    server({ losesReplies: 1 }),
    wait(2 * SECOND_MS),
    { kind: "socketDies", tab: 0 },
    healthy,
    wait(31 * MINUTE_MS),
  ]),
  "the only message of a room nobody looks at is not pushed": history([
    show("ops"),
    wait(5 * SECOND_MS),
    show("global"),
    wait(5 * SECOND_MS),
    server({ losesPushes: 1 }),
    { kind: "burst", roomId: "ops", count: 1, everyMs: 0 },
    wait(SECOND_MS),
    healthy,
  ]),
  "the browser says offline, and is wrong": history([
    wait(5 * SECOND_MS),
    { kind: "browserSays", online: false },
    { kind: "burst", roomId: "global", count: 2, everyMs: 0 },
    send,
    wait(92 * SECOND_MS),
  ]),
  "a ban ends while the page is open": history([
    show("ops"),
    wait(5 * SECOND_MS),
    { kind: "banned", roomId: "ops", on: true },
    wait(5 * SECOND_MS),
    { kind: "banned", roomId: "ops", on: false },
    wait(5 * SECOND_MS),
  ]),
  "a ban that nobody was told of ends, and its room is shown again": history([
    show("ops"),
    wait(5 * SECOND_MS),
    server({ losesPushes: 1 }),
    { kind: "banned", roomId: "ops", on: true },
    send,
    wait(MINUTE_MS),
    show("global"),
    { kind: "banned", roomId: "ops", on: false },
    healthy,
    show("ops"),
    wait(5 * SECOND_MS),
  ]),
  "two tabs without locks take a message from each other, and both are gone": {
    ...history([send, { kind: "openTab" }, wait(1), { kind: "crash", tab: 0 }, { kind: "reload", tab: 0 }, network(false)]),
    withLocks: false,
  },
};
