/** Which rooms somebody may mean who types a few letters. */

export interface NamedRoom {
  readonly roomId: string;
  readonly title: string;
}

/** Those of `rooms` that `query` may mean, the likeliest first; of the same likelihood in their order. */
export function roomsMeant<R extends NamedRoom>(query: string, rooms: readonly R[]): R[] {
  const wanted = query.trim().toLowerCase();
  const ranked = rooms.map((room) => ({ room, rank: Math.min(rankOf(room.title, wanted), rankOf(room.roomId, wanted)) }));
  return ranked.filter(({ rank }) => rank < NO_MATCH).sort((a, b) => a.rank - b.rank).map(({ room }) => room);
}

const NO_MATCH = 4;

function rankOf(name: string, wanted: string): number {
  const lower = name.toLowerCase();
  if (lower.startsWith(wanted)) return 0;
  if (lower.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 1;
  if (lower.includes(wanted)) return 2;
  return hasInOrder(lower, wanted) ? 3 : NO_MATCH;
}

/** Whether the letters come one after the other: "dr" means "design-review". */
function hasInOrder(name: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
