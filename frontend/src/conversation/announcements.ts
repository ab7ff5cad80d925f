/** What a screen reader is told of messages that came: each once and in order; of many at a time, their number. */

export interface Arrival {
  readonly roomId: string;
  readonly name: string;
  readonly content: string;
  /** Whether it mentions who listens. */
  readonly addressed?: boolean;
}

/** The announcements in the user's language. */
export interface Wording {
  said(name: string, content: string): string;
  /** The same, `count` times. */
  repeated(name: string, content: string, count: number): string;
  /** Of so many that they are not read out, the last. */
  several(count: number, name: string, content: string): string;
  /** Said in front of a text, in place of its author's name. */
  mentions(name: string): string;
  mentionsElsewhere(name: string, roomId: string): string;
  elsewhere(count: number, roomId: string): string;
  elsewhereInAll(count: number): string;
}

/** More than this nobody listens to; the messages are in the list. */
const MOST_READ = 4;
/** About ten seconds of speech. */
const MOST_CHARACTERS = 160;
const MOST_ROOMS = 2;

/** What is said about `arrivals`, in their order, to somebody in the room `shown`. */
export function announcements(arrivals: readonly Arrival[], shown: string, words: Wording): string[] {
  const here = arrivals.filter(({ roomId }) => roomId === shown).map((arrival) => named(arrival, words));
  const elsewhere = arrivals.filter(({ roomId }) => roomId !== shown);
  return [...inRoom(here, words), ...inOthers(elsewhere, words)];
}

function inRoom(arrivals: readonly Arrival[], words: Wording): string[] {
  const runs = runsOf(arrivals);
  const last = arrivals.at(-1);
  if (last && runs.length > MOST_READ) return [words.several(arrivals.length, last.name, shortened(last.content))];
  return runs.map(({ name, content, count }) =>
    count === 1 ? words.said(name, shortened(content)) : words.repeated(name, shortened(content), count),
  );
}

function named(arrival: Arrival, words: Wording): Arrival {
  return arrival.addressed ? { ...arrival, name: words.mentions(arrival.name) } : arrival;
}

/** A few of those who mention one are named, everything else is counted. */
function inOthers(arrivals: readonly Arrival[], words: Wording): string[] {
  const lineOf = ({ addressed, name, roomId }: Arrival) => (addressed ? words.mentionsElsewhere(name, roomId) : "");
  const mentions = new Set([...new Set(arrivals.map(lineOf))].filter((line) => line !== "").slice(0, MOST_ROOMS));
  return [...mentions, ...counted(arrivals.filter((arrival) => !mentions.has(lineOf(arrival))), words)];
}

function counted(arrivals: readonly Arrival[], words: Wording): string[] {
  const rooms = Map.groupBy(arrivals, ({ roomId }) => roomId);
  if (rooms.size > MOST_ROOMS) return [words.elsewhereInAll(arrivals.length)];
  return [...rooms].map(([roomId, those]) => words.elsewhere(those.length, roomId));
}

function runsOf(arrivals: readonly Arrival[]): (Arrival & { count: number })[] {
  const runs: (Arrival & { count: number })[] = [];
  for (const arrival of arrivals) {
    const last = runs.at(-1);
    if (last?.name === arrival.name && last.content === arrival.content) last.count += 1;
    else runs.push({ ...arrival, count: 1 });
  }
  return runs;
}

/** Cut at a word. */
export function shortened(content: string): string {
  const text = content.replace(/\s+/g, " ").trim();
  if (text.length <= MOST_CHARACTERS) return text;
  const cut = text.slice(0, MOST_CHARACTERS);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MOST_CHARACTERS / 2)).toWellFormed().replace(/\ufffd$/, "")}…`;
}
