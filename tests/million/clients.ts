/**
 * Plays back what watched connections were sent to the real client's timeline and recovery, and tells what each lacks.
 *
 * Reads a file of `Played` (see day.py) and prints `{"clients", "messages", "holes", "recovered"}`.
 */
import { readFileSync } from "node:fs";
import { recover, type Page, type PageRequest } from "../../frontend/src/protocol/rooms/recovery";
import { EMPTY_TIMELINE, receive, type Timeline } from "../../frontend/src/protocol/rooms/timeline";
import type { Message } from "../../frontend/src/protocol/frames";

interface Stored extends Message {
  storedAt: number;
}
interface Event {
  at: number;
  kind: "open" | "cut" | "frame";
  body?: string;
}
interface Played {
  clients: { number: number; room: string; events: Event[] }[];
  history: Record<string, Stored[]>;
  ends: number;
  epoch: number;
}

/** By then an idle client has compared itself with history once more. */
const COMPARED_AFTER_SECONDS = 300;
const unchanged = { changes: [], changed: [], notices: [] };
const played = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as Played;

/** A room's history as it is at `at` seconds, by pages as the back end gives them; nobody changes what was said. */
function historyAt(room: string, at: number) {
  const known = (played.history[room] ?? [])
    .filter((message) => message.storedAt <= at)
    .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
  return ({ limit, before, after }: PageRequest): Promise<Page> => {
    if (after !== undefined) {
      const later = known.filter((message) => message.sortKey > after);
      const messages = later.slice(0, limit);
      const nextCursor = later.length > limit ? (messages.at(-1)?.sortKey ?? null) : null;
      return Promise.resolve({ messages, nextCursor, ...unchanged });
    }
    const earlier = before === undefined ? known : known.filter((message) => message.sortKey < before);
    const messages = earlier.slice(-limit);
    const nextCursor = earlier.length > limit ? (messages[0]?.sortKey ?? null) : null;
    return Promise.resolve({ messages, nextCursor, ...unchanged });
  };
}

let holes = 0;
let recovered = 0;
let messages = 0;
for (const client of played.clients) {
  let timeline: Timeline = EMPTY_TIMELINE;
  let reads = 0;
  const catchUp = async (at: number) => {
    const before = timeline.messages.length;
    const rest = await recover({
      timeline: () => timeline,
      update: (change) => (timeline = change(timeline)),
      fetchPage: historyAt(client.room, at),
      serverTime: () => (played.epoch + at) * 1000,
      pagesKept: () => Infinity,
      pause: () => Promise.resolve(),
    });
    await rest?.();
    if (reads++ > 0) recovered += timeline.messages.length - before;
  };
  for (const event of client.events) {
    if (event.kind === "open") await catchUp(event.at);
    if (event.kind !== "frame") continue;
    const frame = JSON.parse(event.body as string) as { type: string; data: Message | Message[] };
    if (frame.type !== "newMessage" && frame.type !== "newMessages") continue;
    timeline = receive(timeline, Array.isArray(frame.data) ? frame.data : [frame.data]);
  }
  const due = (played.history[client.room] ?? []).filter((message) => message.userId !== String(client.number));
  messages += due.length;
  await catchUp(played.ends + COMPARED_AFTER_SECONDS);
  const has = new Set(timeline.messages.map((message) => message.messageId));
  holes += due.filter((message) => !has.has(message.messageId)).length;
}
console.log(JSON.stringify({ clients: played.clients.length, messages, holes, recovered }));
