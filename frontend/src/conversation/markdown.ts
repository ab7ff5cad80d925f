/** Pieces of a Markdown file in which no text of a user's can pass for anything but that. */
import { displayName } from "./displayName";

/** A text within a line, as it stands. */
export function inLine(text: string): string {
  return displayName(text).replace(/[\\`*_{}[\]()#+.!|<>~-]/g, "\\$&");
}

/** A line of nobody's, which is in italics. */
export function noted(text: string, { createdAt }: { createdAt: number }): string {
  return `_${inLine(text)}_ · ${timeIn(createdAt)}\n`;
}

/** A message under `heading`, which is bold; its lines are quoted, so that none of them can pass for somebody else's. */
export function quoted(heading: string, { createdAt, content }: { createdAt: number; content: string }): string {
  return `**${inLine(heading)}** · ${timeIn(createdAt)}\n\n${content.replace(/^/gm, "> ")}\n`;
}

function timeIn(epochMs: number): string {
  return `${new Date(epochMs).toISOString().replace("T", " ").slice(0, 19)} UTC`;
}
