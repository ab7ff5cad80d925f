/** The parts of the list of rooms: what is new comes first. */
import { roomKind } from "./roomKind";

export const SECTIONS = ["mentions", "unread", "favourites", "rooms", "direct"] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface ListedRoom {
  readonly roomId: string;
  /** Whether a mention of the user is new. */
  readonly mentioned: boolean;
  /** Whether something is new that the user wants to be told of. */
  readonly unread: boolean;
  readonly favourite: boolean;
}
export interface Section {
  readonly name: SectionName;
  readonly roomIds: readonly string[];
}

/** Where a room stands. */
export function sectionOf({ roomId, mentioned, unread, favourite }: ListedRoom): SectionName {
  if (mentioned) return "mentions";
  if (unread) return "unread";
  if (favourite) return "favourites";
  return roomKind(roomId) === "direct" ? "direct" : "rooms";
}

/**
 * The sections with rooms in them; in each, the rooms keep their order.
 *
 * The room `held` stays in the section it was opened from: it is read by being opened, and would jump from under the hand.
 */
export function sectionsOf(rooms: readonly ListedRoom[], held: { roomId: string; section: SectionName } | null): Section[] {
  const placeOf = (room: ListedRoom) => (room.roomId === held?.roomId ? held.section : sectionOf(room));
  const bySection = Map.groupBy(rooms, placeOf);
  return SECTIONS.flatMap((name) => {
    const roomIds = bySection.get(name)?.map(({ roomId }) => roomId) ?? [];
    return roomIds.length > 0 ? [{ name, roomIds }] : [];
  });
}
