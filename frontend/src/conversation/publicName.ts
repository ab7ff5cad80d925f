const LONGEST = 64;

/** The name that a public room of this title gets unless one is chosen; empty if the title has no letter for one. */
export function publicName(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-|-$/g, "");
}
