/** What was said in a room as a file, for people (Markdown) or programs (JSON). */
import type { Message } from "@/protocol/frames";
import { displayName } from "./displayName";
import { inLine, quoted } from "./markdown";

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

function asMarkdown({ title, messages }: ExportedRoom): string {
  return [`# ${inLine(title)}\n`, ...messages.map((message) => quoted(message.username, message))].join("\n");
}

/** A name for the file that every system takes. */
export function fileName(title: string, format: ExportFormat): string {
  const plain = displayName(title).replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60).replace(/^-+|-+$/g, "");
  return `${plain || "room"}.${EXPORT_FORMATS[format].ending}`;
}
