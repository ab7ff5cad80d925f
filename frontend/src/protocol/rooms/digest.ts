/** What is loaded of a room, so briefly that it fits into a ping: equal digests mean equal logs. All functions are pure. */
import { indexFrom, PUT_MS, recoveryPoint, sortKeyOf, timeOf, type Timeline } from "./timeline";

/** What a client has of one room in whole minutes, told so briefly that equal digests mean equal logs. */
export interface Digest {
  /** Epoch milliseconds, the boundary of a minute; inclusive. */
  readonly from: number;
  /** Epoch milliseconds, the boundary of a minute; exclusive. */
  readonly until: number;
  readonly count: number;
  /** XOR over the last 16 hexadecimal digits of each `messageId`. */
  readonly xor: string;
  /** Both are of changes, too, by the ids in their sort keys. */
  readonly changes: boolean;
}

export const MINUTE_MS = 60_000;
/** Longest stretch the server compares; a longer one is read. */
const LONGEST_MS = 60 * MINUTE_MS;

export type Plan =
  /** Nothing that is settled is left to compare. */
  | { readonly kind: "nothing" }
  /** A part cannot be compared: read it. */
  | { readonly kind: "read" }
  /** With `cut`, the loaded messages before `digest.from` are a part of a minute that nothing would vouch for. */
  | { readonly kind: "compare"; readonly digest: Digest; readonly cut: boolean };

/**
 * How to find out whether a room is complete.
 *
 * @param serverTime - the server's clock now, as far as known
 * @param mayCut - whether older messages may be dropped rather than read again: nobody looks at the room
 */
export function comparisonOf(timeline: Timeline, serverTime: number, mayCut: boolean): Plan {
  if (timeline.syncedTo === null) return { kind: "read" };
  const { messages, hasOlder } = timeline;
  const point = recoveryPoint(timeline);
  const first = hasOlder ? timeOf(messages[0]?.sortKey ?? "0") : -1;
  const wholeMinute = first < minuteOf(point);
  const from = minuteOf(point) + (wholeMinute ? 0 : MINUTE_MS);
  const until = minuteOf(serverTime - PUT_MS);
  if (until <= from) return { kind: "nothing" };
  const trimmed = first > timeline.syncedTo && indexFrom(messages, sortKeyOf(from)) < messages.length;
  const cut = !wholeMinute && mayCut && trimmed;
  if (until - from > LONGEST_MS || (!wholeMinute && !cut)) return { kind: "read" };
  return { kind: "compare", digest: digestOf(timeline, from, until), cut };
}

export function digestOf(
  { messages, changeKeys }: Pick<Timeline, "messages" | "changeKeys">,
  from: number,
  until: number,
): Digest {
  const said = messages.slice(indexFrom(messages, sortKeyOf(from)), indexFrom(messages, sortKeyOf(until)));
  const made = changeKeys.filter((key) => key >= sortKeyOf(from) && key < sortKeyOf(until));
  const ids = [...said.map(({ messageId }) => messageId), ...made.map((key) => key.slice(key.indexOf("#") + 1))];
  const xor = ids.reduce((sum, id) => sum ^ lastBits(id), 0n);
  return { from, until, count: ids.length, xor: xor.toString(16).padStart(16, "0"), changes: true };
}

/** The last 64 bits of a UUID: random, and chosen by the server, so that nobody can make two rooms look alike. */
function lastBits(id: string): bigint {
  const digits = id.replaceAll("-", "").slice(-16);
  return /^[0-9a-f]{16}$/i.test(digits) ? BigInt(`0x${digits}`) : 0n;
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}
