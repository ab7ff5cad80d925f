/** What was said in a room as a file, for people (Markdown) or programs (JSON). */
import type { Message } from "@/protocol/frames";
import { displayName } from "./displayName";

export const EXPORT_FORMATS = { markdown: { ending: "md", type: "text/markdown" }, json: { ending: "json", type: "application/json" } } as const;
export type ExportFormat = keyof typeof EXPORT_FORMATS;

export interface ExportedRoom {
  readonly roomId: string;
  readonly title: string;
  /** Oldest first. */
  readonly messages: readonly Message[];
}

export function exported(room: ExportedRoom, format: ExportFormat): string {
  return format === "json" ? asJson(room) : asMarkdown(room);
}

function asJson({ roomId, title, messages }: ExportedRoom): string {
  const said = messages.map(({ createdAt, sortKey, userId, username, content }) => ({
    at: new Date(createdAt).toISOString(),
    sortKey,
    userId,
    username,
    content,
  }));
  return `${JSON.stringify({ roomId, title, messages: said }, null, 2)}\n`;
}

/** A message's lines are quoted: none of them can pass for somebody else's. */
function asMarkdown({ title, messages }: ExportedRoom): string {
  const said = messages.map(({ username, createdAt, content }) => {
    const at = new Date(createdAt).toISOString().replace("T", " ").slice(0, 19);
    return `**${escaped(displayName(username))}** · ${at} UTC\n\n${content.replace(/^/gm, "> ")}\n`;
  });
  return [`# ${escaped(displayName(title))}\n`, ...said].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+.!|<>~-]/g, "\\$&");
}

/** A name for the file that every system takes. */
export function fileName(title: string, format: ExportFormat): string {
  const plain = displayName(title).replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60).replace(/^-+|-+$/g, "");
  return `${plain || "room"}.${EXPORT_FORMATS[format].ending}`;
}
