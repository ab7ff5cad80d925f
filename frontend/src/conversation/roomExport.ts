/** What was said and happened in a room as a file, for people (Markdown) or programs (JSON). */
import type { Message } from "@/protocol/frames";
import { bySortKey } from "@/protocol/rooms/timeline";
import { displayName } from "./displayName";
import { inLine, noted, quoted } from "./markdown";
import { areAlike, type KnownNotice } from "./noticeGroups";

export const EXPORT_FORMATS = { markdown: { ending: "md", type: "text/markdown" }, json: { ending: "json", type: "application/json" } } as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

export interface ExportedRoom {
  readonly roomId: string;
  readonly title: string;
  /** Oldest first, as the notices. */
  readonly messages: readonly Message[];
  readonly notices: readonly KnownNotice[];
}
/** Notices that are alike. */
type Alike = readonly [KnownNotice, ...KnownNotice[]];
/** What they say, in words. */
export type TextOf = (notices: Alike) => string;

export function exported(room: ExportedRoom, format: ExportFormat, textOf: TextOf): string {
  return format === "json" ? asJson(room, textOf) : asMarkdown(room, textOf);
}

function asJson({ roomId, title, messages, notices }: ExportedRoom, textOf: TextOf): string {
  const said = messages.map(({ createdAt, sortKey, userId, username, content }) => ({
    at: new Date(createdAt).toISOString(),
    sortKey,
    userId,
    username,
    content,
  }));
  const happened = notices.map((notice) => {
    const { createdAt, sortKey, event, userId, about, role, days } = notice;
    return { at: new Date(createdAt).toISOString(), sortKey, event, userId, about, role, days, text: plain(textOf([notice])) };
  });
  return `${JSON.stringify({ roomId, title, messages: said, notices: happened }, null, 2)}\n`;
}

function asMarkdown({ title, messages, notices }: ExportedRoom, textOf: TextOf): string {
  const entries = [...messages, ...notices].sort(bySortKey);
  const paragraphs = grouped(entries).map((each) => (Array.isArray(each) ? noted(plain(textOf(each)), each[0]) : quoted(each.username, each)));
  return [`# ${inLine(title)}\n`, ...paragraphs].join("\n");
}

/** Without the marks by which names keep their direction to themselves, which programs and many editors show. */
function plain(text: string): string {
  return displayName(text.replace(/[\u2068\u2069]/g, ""));
}

/** As on the page: what is alike and stands together is one line. */
function grouped(entries: readonly (Message | KnownNotice)[]): (Message | [KnownNotice, ...KnownNotice[]])[] {
  const groups: (Message | [KnownNotice, ...KnownNotice[]])[] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    if (!("event" in entry)) groups.push(entry);
    else if (Array.isArray(last) && areAlike(last[0], entry)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** A name for the file that every system takes. */
export function fileName(title: string, format: ExportFormat): string {
  const plain = displayName(title).replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60).replace(/^-+|-+$/g, "");
  return `${plain || "room"}.${EXPORT_FORMATS[format].ending}`;
}
