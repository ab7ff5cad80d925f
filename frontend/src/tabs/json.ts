/** What a stored text holds, by whatever version; null where there is none, or no JSON. */
export function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
