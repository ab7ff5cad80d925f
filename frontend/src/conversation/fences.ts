/** Code, by CommonMark's grammar: a fence closes at its like alone on a line, a span at as many backticks as it opened with. */

export interface Part {
  readonly kind: "text" | "code";
  readonly text: string;
}

/** CommonMark 4.5: at most three spaces, three or more of one character, and an info string without backticks. */
const OPENING = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/;
const SPAN_TICKS = /`+/g;

/** `content` in blocks: the code between fences, and the text around it. A fence never closed is text. */
export function blocksOf(content: string): Part[] {
  const lines = content.split("\n");
  const parts: Part[] = [];
  let text: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const end = closingLine(lines, at);
    if (end === -1) {
      text.push(line);
      continue;
    }
    if (text.length > 0) parts.push({ kind: "text", text: text.join("\n") });
    text = [];
    parts.push({ kind: "code", text: lines.slice(at + 1, end).join("\n") });
    at = end;
  }
  if (text.length > 0) parts.push({ kind: "text", text: text.join("\n") });
  return parts;
}

/** Index of the line that closes the fence which opens at `at`; -1 if none opens there, or it never closes. */
function closingLine(lines: readonly string[], at: number): number {
  const opening = OPENING.exec(lines[at] as string);
  const fence = opening?.[1] ?? opening?.[2];
  if (fence === undefined) return -1;
  const closing = new RegExp(`^ {0,3}${fence[0] as string}{${fence.length},}[ \\t]*$`);
  return lines.findIndex((line, index) => index > at && closing.test(line));
}

/** `text` with its code spans. Other than in CommonMark none goes beyond its line: in a chat, a line is a unit. */
export function spansOf(text: string): Part[] {
  return text.split(/(?<=\n)/).flatMap(spansOfLine).reduce<Part[]>(joined, []);
}

function spansOfLine(line: string): Part[] {
  const runs = [...line.matchAll(SPAN_TICKS)];
  const parts: Part[] = [];
  let done = 0;
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at] as RegExpExecArray;
    const closing = runs.findIndex((run, index) => index > at && run[0].length === open[0].length);
    const close = runs[closing];
    if (!close) continue;
    const code = line.slice(open.index + open[0].length, close.index);
    parts.push({ kind: "text", text: line.slice(done, open.index) }, { kind: "code", text: unpadded(code) });
    done = close.index + close[0].length;
    at = closing;
  }
  return [...parts, { kind: "text" as const, text: line.slice(done) }].filter((part) => part.text !== "");
}

/** One space on both sides is taken off: it lets code begin with a backtick. */
function unpadded(code: string): string {
  return /^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code;
}

function joined(parts: Part[], part: Part): Part[] {
  const last = parts.at(-1);
  if (last?.kind !== "text" || part.kind !== "text") return [...parts, part];
  return [...parts.slice(0, -1), { kind: "text", text: last.text + part.text }];
}
