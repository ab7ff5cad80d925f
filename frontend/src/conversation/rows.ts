/** What the message list shows, line by line: messages and notices, grouped, with dividers between days and before what is new. */
import type { Message, Notice } from "@/protocol/frames";
import type { OutboxEntry } from "@/protocol/outbox/outbox";
import { timeOfMessageId } from "@/protocol/outbox/messageId";
import { areAlike, isKnown, type KnownNotice } from "./noticeGroups";

export type Row =
  | { readonly kind: "start"; readonly key: string }
  | { readonly kind: "day"; readonly key: string; readonly time: number }
  | { readonly kind: "unread"; readonly key: string }
  | { readonly kind: "notice"; readonly key: string; readonly notices: readonly [KnownNotice, ...KnownNotice[]] }
  | { readonly kind: "message"; readonly key: string; readonly message: Message; readonly opensGroup: boolean }
  | { readonly kind: "outgoing"; readonly key: string; readonly entry: OutboxEntry; readonly opensGroup: boolean };

export interface Conversation {
  readonly messages: readonly Message[];
  /** Those among the messages, in the order of the log. */
  readonly notices: readonly Notice[];
  readonly outgoing: readonly OutboxEntry[];
  /** Whether the first message is the first of the room. */
  readonly complete: boolean;
  /** Sort key of the first message to stand below the "new messages" divider. */
  readonly firstUnread: string | null;
  readonly ownUserId: string;
}

/** Messages of one author within this time stand together. */
const GROUP_SPAN_MS = 5 * 60_000;

interface Previous {
  readonly userId: string;
  readonly username: string;
  readonly time: number;
}

export function rowsOf({ messages, notices, outgoing, complete, firstUnread, ownUserId }: Conversation): Row[] {
  const rows: Row[] = [];
  if (complete) rows.push({ kind: "start", key: "start" });
  let previous: Previous | null = null;
  let day = "";
  const noted = notices.filter(isKnown);
  let at = 0;

  function beginDay(time: number): void {
    const itsDay = dayOf(time);
    if (itsDay === day) return;
    rows.push({ kind: "day", key: `day ${itsDay}`, time });
    day = itsDay;
    previous = null;
  }

  function noteUntil(sortKey: string): void {
    for (let next = noted[at]; next && next.sortKey < sortKey; next = noted[++at]) {
      beginDay(next.createdAt);
      const last = rows.at(-1);
      if (last?.kind === "notice" && areAlike(last.notices[0], next)) rows[rows.length - 1] = { ...last, notices: [...last.notices, next] };
      else rows.push({ kind: "notice", key: next.sortKey, notices: [next] });
      previous = null;
    }
  }

  for (const message of messages) {
    noteUntil(message.sortKey);
    const time = message.createdAt;
    beginDay(time);
    if (message.sortKey === firstUnread) {
      rows.push({ kind: "unread", key: "unread" });
      previous = null;
    }
    const { userId, username } = message;
    const opensGroup =
      previous?.userId !== userId || previous.username !== username || time - previous.time >= GROUP_SPAN_MS;
    rows.push({ kind: "message", key: message.messageId, message, opensGroup });
    previous = { userId, username, time };
  }
  noteUntil("~");
  const arrived = new Set(outgoing.length ? messages.map((each) => each.clientMessageId ?? each.messageId) : []);
  for (const entry of outgoing) {
    const time = timeOfMessageId(entry.clientMessageId);
    // Arrived already; the entry is about to leave the outbox.
    if (arrived.has(entry.clientMessageId)) continue;
    const opensGroup: boolean = previous?.userId !== ownUserId || time - previous.time >= GROUP_SPAN_MS;
    rows.push({ kind: "outgoing", key: entry.clientMessageId, entry, opensGroup });
    previous = { userId: ownUserId, username: previous?.username ?? "", time };
  }
  return rows;
}

/** The calendar day in the browser's time zone. */
function dayOf(time: number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
