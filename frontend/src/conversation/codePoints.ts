/** Length of `text` in Unicode code points, as the server counts. */
export function codePoints(text: string): number {
  return Array.from(text).length;
}
