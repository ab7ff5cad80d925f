/** What must hold, whatever happened. Each function returns what is wrong, in words; nothing when all is well. */
import type { Message } from "@/protocol/frames";
import { noticesAmong } from "@/protocol/rooms/notices";
import type { World } from "./history";
import type { SimulatedSocket } from "./network";
import type { Tab } from "./tab";

const MINUTE_MS = 60_000;
/** A ping every 5 min, its patience of at most 20 s, both held back by up to a minute in a hidden tab. */
const KNOWN_DEAD_AFTER_MS = 8 * MINUTE_MS;
/** The same where the user looks: the patience, and the gap between two questions. */
const KNOWN_DEAD_WHEN_LOOKED_AT_MS = 25_000;

/** A handshake that is given up after 15 s, and the longest pause, 30 s, before the next. */
const ONLINE_AGAIN_AFTER_MS = 60_000;

/** Every joined room's timeline is the history of the room as it is now, in order, from its first loaded message on. */
export function wrongTimelines({ browser, server }: World): string[] {
  return [...browser.tabs].flatMap((tab, index) =>
    browser.joined.flatMap((roomId) => {
      const { messages, hasOlder } = tab.timeline(roomId);
      if (hasOlder === null) return [`tab ${index}: ${roomId} was never read`];
      const start = hasOlder ? (messages[0]?.sortKey ?? "~") : "";
      const expected = server.history(roomId).filter(({ sortKey }) => sortKey >= start);
      const wrong = expected.findIndex((message, at) => !isShown(message, messages[at]));
      if (wrong < 0 && expected.length === messages.length) return [];
      return [`tab ${index}: ${roomId} shows ${messages.length} of ${expected.length}; differs at ${wrong}: ${expected[wrong]?.content}`];
    }),
  );
}

function isShown(message: Message, shown: Message | undefined): boolean {
  if (shown?.sortKey !== message.sortKey) return false;
  const { content, deletedAt, editedAt, pinnedAt, reactions } = message;
  const now = { content, deletedAt, editedAt, pinnedAt, reactions };
  const { content: text, deletedAt: gone, editedAt: edited, pinnedAt: pinned, reactions: emoji } = shown;
  return JSON.stringify(now) === JSON.stringify({ content: text, deletedAt: gone, editedAt: edited, pinnedAt: pinned, reactions: emoji });
}

/** Among the messages stand the notices of the room's log, and no other. */
export function wrongNotices({ browser, server }: World): string[] {
  return [...browser.tabs].flatMap((tab, index) =>
    browser.joined.flatMap((roomId) => {
      const { messages, notices, hasOlder } = tab.timeline(roomId);
      const start = hasOlder ? (messages[0]?.sortKey ?? "~") : "";
      const expected = server.notices.filter((each) => each.roomId === roomId && each.sortKey > start).map(({ sortKey }) => sortKey);
      const shown = noticesAmong(notices, messages, hasOlder === false).map(({ sortKey }) => sortKey);
      return JSON.stringify(shown) === JSON.stringify(expected.sort()) ? [] : [`tab ${index}: ${roomId} shows ${shown.length} of ${expected.length} notices`];
    }),
  );
}

/** Nothing of the room on the screen was thrown away. */
export function takenAway({ browser }: World): string[] {
  return [...browser.tabs].flatMap((tab) => tab.takenAway);
}

/** Every message is stored once, or failed with its text kept. */
export function wrongOutbox({ browser, server, written }: World): string[] {
  const entries = [...browser.tabs].flatMap((tab) => tab.entries);
  return written.flatMap(({ content }) => {
    const stored = server.stored.filter((message) => message.content === content).length;
    if (stored > 1) return [`"${content}" is stored ${stored} times`];
    const kept = entries.filter((entry) => entry.content === content);
    if (kept.some(({ failure }) => failure === null)) return [`"${content}" is pending still${stored ? ", though stored" : ""}`];
    return stored === 1 || kept.length > 0 ? [] : [`"${content}" is lost`];
  });
}

/** What one tab sent to one room, and did not give up in between, stands in the order of writing. */
export function wrongOrder({ browser, server, written }: World): string[] {
  const sent = written.filter(({ content }) => !browser.failedOnce.has(content));
  const places = new Map<Tab, Map<string, string[]>>();
  for (const { tab, roomId, content } of sent) {
    const key = server.stored.find((message) => message.content === content)?.sortKey;
    const rooms = places.get(tab) ?? places.set(tab, new Map()).get(tab);
    if (key !== undefined) rooms?.set(roomId, [...(rooms.get(roomId) ?? []), key]);
  }
  return [...places.values()].flatMap((rooms) =>
    [...rooms].flatMap(([roomId, keys]) => (keys.every((key, at) => at === 0 || key > (keys[at - 1] ?? "")) ? [] : [`out of order in ${roomId}`])),
  );
}

/** At the end each tab is online, on one socket that lives. */
export function wrongConnections({ browser }: World): string[] {
  return [...browser.tabs].flatMap((tab, index) => {
    const open = tab.openSockets;
    if (tab.link !== "online") return [`tab ${index} is ${tab.link}`];
    if (open.length !== 1) return [`tab ${index} has ${open.length} sockets`];
    return open.some(isDead) ? [`tab ${index} is on a dead socket`] : [];
  });
}

/** At any time: no socket that has been dead for long is believed in. */
export function deadForLong({ browser, time }: World): string[] {
  return [...browser.tabs].flatMap((tab) =>
    tab.openSockets.flatMap((socket) => {
      const since = Math.min(socket.deadSince ?? Infinity, socket.muteSince ?? Infinity);
      // Who looks in the very moment of its death may have asked just before it.
      const looked = tab.hiddenSince === null && tab.lookedAt > since ? tab.lookedAt + KNOWN_DEAD_WHEN_LOOKED_AT_MS : Infinity;
      const known = Math.min(since + KNOWN_DEAD_AFTER_MS, looked);
      return time.now > known ? [`a socket is dead since ${time.now - since} ms`] : [];
    }),
  );
}

/** At any time: a tab that is looked at is online soon after nothing is in its way any more. */
export function offlineForLong({ browser, time, calmSince }: World): string[] {
  return [...browser.tabs].flatMap(({ hiddenSince, lookedAt, offlineSince }) => {
    if (hiddenSince !== null || offlineSince === null || calmSince === null) return [];
    const ms = time.now - Math.max(lookedAt, offlineSince, calmSince);
    return ms > ONLINE_AGAIN_AFTER_MS ? [`a tab is offline for ${ms} ms without a reason`] : [];
  });
}

/** Frames that the tabs have sent since `start`. */
export function framesSince(tab: Tab, start: number): number {
  return tab.sockets.flatMap(({ frames }) => frames).filter(({ at }) => at >= start).length;
}

function isDead({ deadSince, muteSince }: SimulatedSocket): boolean {
  return deadSince !== null || muteSince !== null;
}
