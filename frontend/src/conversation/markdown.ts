/** Pieces of a Markdown file in which no text of a user's can pass for anything but that. */
import { displayName } from "./displayName";

/** A text within a line, as it stands. */
export function inLine(text: string): string {
  return displayName(text).replace(/[\\`*_{}[\]()#+.!|<>~-]/g, "\\$&");
}

/** A message under `heading`, which is bold; its lines are quoted, so that none of them can pass for somebody else's. */
export function quoted(heading: string, { createdAt, content }: { createdAt: number; content: string }): string {
  const at = new Date(createdAt).toISOString().replace("T", " ").slice(0, 19);
  return `**${inLine(heading)}** · ${at} UTC\n\n${content.replace(/^/gm, "> ")}\n`;
}
