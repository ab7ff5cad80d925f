import { defineStore } from "pinia";
import { ref, type Ref } from "vue";
import type { NotifyLevel } from "@/conversation/notifyLevel";

/** What the user has chosen for single rooms. */
export interface RoomChoices {
  /** Stand apart in the list. */
  readonly favourites: ReadonlySet<string>;
  /** Count as unread until they are opened, whatever was read. */
  readonly markedUnread: ReadonlySet<string>;
  /** What is told of, where it is not everything; less than that has no place among what is new. */
  readonly levels: ReadonlyMap<string, NotifyLevel>;
}
export type RoomChoice = Exclude<keyof RoomChoices, "levels">;

/** The user's choices for single rooms. */
export const useRoomChoicesStore = defineStore("roomChoices", () => {
  const favourites = ref<ReadonlySet<string>>(new Set());
  const markedUnread = ref<ReadonlySet<string>>(new Set());
  const levels = ref<ReadonlyMap<string, NotifyLevel>>(new Map());
  const sets: Record<RoomChoice, Ref<ReadonlySet<string>>> = { favourites, markedUnread };

  function choose(choice: RoomChoice, roomId: string, on: boolean): void {
    const set = sets[choice];
    if (set.value.has(roomId) === on) return;
    set.value = on ? new Set([...set.value, roomId]) : new Set([...set.value].filter((other) => other !== roomId));
  }

  function levelOf(roomId: string): NotifyLevel {
    return levels.value.get(roomId) ?? "all";
  }

  function setLevel(roomId: string, level: NotifyLevel): void {
    if (levelOf(roomId) === level) return;
    const others = [...levels.value].filter(([other]) => other !== roomId);
    levels.value = new Map(level === "all" ? others : [...others, [roomId, level]]);
  }

  function replace(choices: RoomChoices): void {
    favourites.value = choices.favourites;
    markedUnread.value = choices.markedUnread;
    levels.value = choices.levels;
  }

  return { favourites, markedUnread, levels, choose, levelOf, setLevel, replace };
});
