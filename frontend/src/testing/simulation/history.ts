/** One history: what the user, the network, the clock, the tabs and the server do, step by step. */
import fc from "fast-check";
import { fakeLocks } from "../locks";
import type { Change, ChangeAction } from "@/protocol/frames";
import { memoryStorage } from "./memoryStorage";
import { chance } from "./chance";
import { ChatServer, HEALTHY, type Trouble } from "./chatServer";
import { Network } from "./network";
import { Tab, type Browser } from "./tab";
import { VirtualTime } from "./virtualTime";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const ROOMS = ["global", "ops", "constructor", "__proto__"] as const;

export type Step =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "send" | "hide" | "look" | "reload" | "crash" | "retry"; readonly tab: number }
  | { readonly kind: "show" | "leave"; readonly tab: number; readonly roomId: string }
  | { readonly kind: "change"; readonly tab: number; readonly which: number; readonly what: ChangeAction; readonly on: boolean }
  | { readonly kind: "othersChange"; readonly roomId: string; readonly which: number; readonly what: Change["kind"]; readonly on: boolean }
  | { readonly kind: "noted"; readonly roomId: string }
  /** The user is banned from a room, or let in again. */
  | { readonly kind: "banned"; readonly roomId: string; readonly on: boolean }
  | { readonly kind: "openTab" }
  | { readonly kind: "burst"; readonly roomId: string; readonly count: number; readonly everyMs: number }
  | { readonly kind: "browserSays"; readonly online: boolean }
  | { readonly kind: "network"; readonly up: boolean }
  | { readonly kind: "socketDies" | "socketMute" | "socketCloses"; readonly tab: number }
  | { readonly kind: "latency"; readonly ms: number }
  | { readonly kind: "clock"; readonly aheadMs: number }
  | { readonly kind: "server"; readonly trouble: Trouble };

export interface History {
  readonly seed: number;
  readonly clockAheadMs: number;
  readonly withLocks: boolean;
  readonly steps: readonly Step[];
}

/** A wrong clock, from a second to two days. */
const clockError = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -90 * SECOND_MS, max: 90 * SECOND_MS }),
  fc.integer({ min: -48 * 60 * MINUTE_MS, max: 48 * 60 * MINUTE_MS }),
);
const tab = fc.nat({ max: 2 });
const roomId = fc.constantFrom(...ROOMS);
const share = fc.constantFrom(0, 0, 0.1, 0.4);
const trouble = fc.record({
  slowMs: fc.constantFrom(0, 0, 6_000, 20_000),
  refuses: share,
  losesPushes: share,
  losesReplies: fc.constantFrom(0, 0, 0.2),
});
const pauseMs = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 3 * SECOND_MS }), weight: 6 },
  { arbitrary: fc.integer({ min: 0, max: 90 * SECOND_MS }), weight: 4 },
  { arbitrary: fc.integer({ min: 0, max: 30 * MINUTE_MS }), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 130 * MINUTE_MS }), weight: 1 },
);
const wait = pauseMs.map((ms) => ({ kind: "wait" as const, ms }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: wait, weight: 10 },
  { arbitrary: fc.record({ kind: fc.constant("send" as const), tab }), weight: 8 },
  {
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      tab,
      which: fc.nat({ max: 19 }),
      what: fc.constantFrom("editMessage" as const, "react" as const, "react" as const, "deleteMessage" as const),
      on: fc.boolean(),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("othersChange" as const),
      roomId,
      which: fc.nat({ max: 19 }),
      what: fc.constantFrom("edit" as const, "reaction" as const, "reaction" as const, "pin" as const, "deletion" as const),
      on: fc.boolean(),
    }),
    weight: 6,
  },
  { arbitrary: fc.record({ kind: fc.constant("noted" as const), roomId }), weight: 3 },
  { arbitrary: fc.record({ kind: fc.constant("banned" as const), roomId, on: fc.boolean() }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constantFrom("hide", "look", "reload", "crash", "retry"), tab }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constantFrom("show", "leave"), tab, roomId }), weight: 6 },
  { arbitrary: fc.constant({ kind: "openTab" } as const), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant("burst" as const),
      roomId,
      count: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 5 }), weight: 8 }, { arbitrary: fc.integer({ min: 1, max: 150 }), weight: 1 }),
      everyMs: fc.constantFrom(0, 20, 250, 5_000),
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ kind: fc.constant("browserSays" as const), online: fc.boolean() }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("network" as const), up: fc.boolean() }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constantFrom("socketDies", "socketMute", "socketCloses"), tab }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant("latency" as const), ms: fc.constantFrom(40, 80, 900, 2_500) }), weight: 1 },
  { arbitrary: clockError.map((aheadMs) => ({ kind: "clock" as const, aheadMs })), weight: 1 },
  { arbitrary: trouble.map((trouble_) => ({ kind: "server" as const, trouble: trouble_ })), weight: 3 },
);

export const histories: fc.Arbitrary<History> = fc.record({
  seed: fc.nat({ max: 2 ** 31 }),
  clockAheadMs: clockError,
  withLocks: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 40 }),
});

/** Everything that takes part. */
export interface World {
  readonly time: VirtualTime;
  readonly server: ChatServer;
  readonly network: Network;
  readonly browser: Browser;
  /** Until when others talk. */
  noisyUntil: number;
  /** Since when nothing stands between a tab and the server; null while something does. */
  calmSince: number | null;
  /** What the user wrote, in order, with the tab that it was written in. */
  readonly written: { readonly content: string; readonly roomId: string; readonly tab: Tab }[];
}

export function newWorld({ seed, clockAheadMs, withLocks }: Omit<History, "steps">): World {
  const random = chance(seed);
  const time = new VirtualTime(Date.UTC(2026, 10, 23, 12));
  const server = new ChatServer(time, random);
  const network = new Network(time, server, random);
  const browser: Browser = {
    network,
    storage: memoryStorage(),
    locks: withLocks ? fakeLocks() : undefined,
    clockAhead: clockAheadMs,
    joined: ["global"],
    tabs: new Set(),
    failedOnce: new Set(),
  };
  return { time, server, network, browser, noisyUntil: 0, calmSince: time.now, written: [] };
}

export function openTab({ browser }: World): Tab {
  return new Tab(browser);
}

export async function take(world: World, next: Step): Promise<void> {
  await carryOut(world, next);
  const { network, server, time } = world;
  const calm = network.downSince === null && Object.values(server.trouble).every((share) => share === 0);
  world.calmSince = calm ? (world.calmSince ?? time.now) : null;
}

async function carryOut(world: World, next: Step): Promise<void> {
  const { time, server, network, browser } = world;
  const chosen = "tab" in next ? [...browser.tabs][next.tab % browser.tabs.size] : undefined;
  const socket = chosen?.openSockets.at(-1);
  switch (next.kind) {
    case "wait":
      return time.pass(next.ms);
    case "openTab":
      return void (browser.tabs.size < 3 && openTab(world));
    case "burst":
      world.noisyUntil = Math.max(world.noisyUntil, time.now + next.count * next.everyMs);
      for (let count = 0; count < next.count; count++) {
        time.after(count * next.everyMs, () => server.post(next.roomId, `bob ${server.stored.length}`));
      }
      return;
    case "othersChange":
      return server.change(next.roomId, next.which, next.what, next.on);
    case "noted":
      return server.note(next.roomId);
    case "banned":
      return server.ban(next.roomId, next.on);
    case "browserSays":
      for (const each of browser.tabs) each.networkSaid(next.online);
      return;
    case "network":
      return next.up ? network.up() : network.down();
    case "latency":
      network.latencyMs = next.ms;
      return;
    case "clock":
      browser.clockAhead = next.aheadMs;
      return;
    case "server":
      server.trouble = next.trouble;
      return;
    case "socketDies":
      return socket?.dies();
    case "socketMute":
      return socket?.mutes();
    case "socketCloses":
      return socket?.close(1006);
  }
  if (chosen) act(world, chosen, next);
}

function act(world: World, chosen: Tab, next: Extract<Step, { tab: number }>): void {
  switch (next.kind) {
    case "send": {
      const content = `me ${world.written.length}`;
      world.written.push({ content, roomId: chosen.active, tab: chosen });
      return chosen.send(content);
    }
    case "change":
      return chosen.change(next.what, next.which, next.on);
    case "show":
      return chosen.show(next.roomId);
    case "leave":
      return chosen.leave(next.roomId);
    case "hide":
      return chosen.hide();
    case "look":
      return chosen.look();
    case "retry":
      return chosen.retryFailed();
    case "reload":
    case "crash":
      chosen.end();
      if (next.kind === "reload" || world.browser.tabs.size === 0) openTab(world);
  }
}

/** Everything works again, and the user is there, in every room. */
export async function heal({ server, network, browser, time, noisyUntil }: World): Promise<void> {
  await time.pass(Math.max(0, noisyUntil - time.now));
  server.trouble = HEALTHY;
  network.latencyMs = 80;
  network.up();
  // Who was not told of the end of a ban is so with the next connection; that may be two hours away.
  for (const roomId of new Set([...browser.joined, ...server.closed])) server.ban(roomId, false);
  for (const each of browser.tabs) each.look();
  await time.pass(SECOND_MS);
}
