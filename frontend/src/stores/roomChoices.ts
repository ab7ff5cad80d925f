import { defineStore } from "pinia";
import { ref, type Ref } from "vue";

/** What the user has chosen for single rooms. */
export interface RoomChoices {
  /** Stand apart in the list. */
  readonly favourites: ReadonlySet<string>;
  /** Tell of nothing: no notification, and no place among what is new. */
  readonly muted: ReadonlySet<string>;
  /** Count as unread until they are opened, whatever was read. */
  readonly markedUnread: ReadonlySet<string>;
}
export type RoomChoice = keyof RoomChoices;

/** The user's choices for single rooms. */
export const useRoomChoicesStore = defineStore("roomChoices", () => {
  const favourites = ref<ReadonlySet<string>>(new Set());
  const muted = ref<ReadonlySet<string>>(new Set());
  const markedUnread = ref<ReadonlySet<string>>(new Set());
  const sets: Record<RoomChoice, Ref<ReadonlySet<string>>> = { favourites, muted, markedUnread };

  function choose(choice: RoomChoice, roomId: string, on: boolean): void {
    const set = sets[choice];
    if (set.value.has(roomId) === on) return;
    set.value = on ? new Set([...set.value, roomId]) : new Set([...set.value].filter((other) => other !== roomId));
  }

  function replace(choices: RoomChoices): void {
    favourites.value = choices.favourites;
    muted.value = choices.muted;
    markedUnread.value = choices.markedUnread;
  }

  return { favourites, muted, markedUnread, choose, replace };
});
