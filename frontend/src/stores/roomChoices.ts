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
  /** Rooms of which the account does not know yet what was chosen here, but for the level. */
  readonly untold: ReadonlySet<string>;
}
export type RoomChoice = "favourites" | "markedUnread";
/** What the account keeps of a room, but for the level. */
export interface KeptChoices {
  readonly favourite: boolean;
  readonly markedUnread: boolean;
}

/** The user's choices for single rooms: here at once, and the account's, which counts but for what it was not told yet. */
export const useRoomChoicesStore = defineStore("roomChoices", () => {
  const favourites = ref<ReadonlySet<string>>(new Set());
  const markedUnread = ref<ReadonlySet<string>>(new Set());
  const levels = ref<ReadonlyMap<string, NotifyLevel>>(new Map());
  const untold = ref<ReadonlySet<string>>(new Set());
  const sets: Record<RoomChoice, Ref<ReadonlySet<string>>> = { favourites, markedUnread };
  /** When the account took a choice, by room: an answer that was asked for before is older. */
  const toldAt = new Map<string, number>();
  /** The same of levels, and of which rooms one is on its way to the account. */
  const levelToldAt = new Map<string, number>();
  const tellingLevel = new Set<string>();
  let moment = 0;

  function choose(choice: RoomChoice, roomId: string, on: boolean): void {
    if (sets[choice].value.has(roomId) === on) return;
    // First, so that no tab sees the choice as one of the account's.
    put(untold, roomId, true);
    put(sets[choice], roomId, on);
  }

  function chosen(roomId: string): KeptChoices {
    return { favourite: favourites.value.has(roomId), markedUnread: markedUnread.value.has(roomId) };
  }

  /** The account has taken this; what was chosen since is still to be told, also where another tab has: this one may have come after it. */
  function told(roomId: string, { favourite, markedUnread: marked }: KeptChoices): void {
    toldAt.set(roomId, ++moment);
    const now = chosen(roomId);
    put(untold, roomId, now.favourite !== favourite || now.markedUnread !== marked);
  }

  /** Nobody knows whether the account has taken it, or will: what is chosen is told once more. */
  function doubt(roomId: string): void {
    put(untold, roomId, true);
  }

  /** A moment to compare with: whatever is asked for from now on knows of all that was told before. */
  function asking(): number {
    return ++moment;
  }

  /** What the account keeps of rooms, all of them, as of `asked`. */
  function hear(kept: ReadonlyMap<string, KeptChoices>, asked: number): void {
    for (const roomId of new Set([...kept.keys(), ...favourites.value, ...markedUnread.value])) {
      if (untold.value.has(roomId) || (toldAt.get(roomId) ?? 0) > asked) continue;
      put(favourites, roomId, kept.get(roomId)?.favourite ?? false);
      put(markedUnread, roomId, kept.get(roomId)?.markedUnread ?? false);
    }
  }

  /** The account has ended that the room is marked: it was read on elsewhere. */
  function readElsewhere(roomId: string): void {
    if (!untold.value.has(roomId)) put(markedUnread, roomId, false);
  }

  function levelOf(roomId: string): NotifyLevel {
    return levels.value.get(roomId) ?? "all";
  }

  function setLevel(roomId: string, level: NotifyLevel): void {
    if (levelOf(roomId) === level) return;
    const others = [...levels.value].filter(([other]) => other !== roomId);
    levels.value = new Map(level === "all" ? others : [...others, [roomId, level]]);
  }

  /** The level that the account keeps, as of `asked`; one that was chosen here since is newer. */
  function hearLevel(roomId: string, level: NotifyLevel, asked: number): void {
    if (!tellingLevel.has(roomId) && (levelToldAt.get(roomId) ?? 0) <= asked) setLevel(roomId, level);
  }

  /**
   * Show a level at once, and tell the account by `tell`: of those that are chosen while one is told, the last alone.
   *
   * @throws whatever `tell` throws: the level that the account has is shown again. Who chose meanwhile is not told.
   */
  async function chooseLevel(roomId: string, level: NotifyLevel, tell: (level: NotifyLevel) => Promise<unknown>): Promise<void> {
    let kept = levelOf(roomId);
    setLevel(roomId, level);
    if (tellingLevel.has(roomId)) return;
    tellingLevel.add(roomId);
    try {
      for (let wanted = level; wanted !== kept; wanted = levelOf(roomId)) {
        try {
          await tell(wanted);
          kept = wanted;
        } catch (error) {
          // Another was chosen meanwhile, and is tried by itself.
          if (levelOf(roomId) === wanted) throw error;
        }
      }
    } catch (error) {
      setLevel(roomId, kept);
      throw error;
    } finally {
      levelToldAt.set(roomId, ++moment);
      tellingLevel.delete(roomId);
    }
  }

  function replace(choices: RoomChoices): void {
    untold.value = choices.untold;
    favourites.value = choices.favourites;
    markedUnread.value = choices.markedUnread;
    levels.value = choices.levels;
  }

  return {
    favourites, markedUnread, levels, untold,
    choose, chosen, told, doubt, asking, hear, readElsewhere, levelOf, setLevel, hearLevel, chooseLevel, replace,
  };
});

function put(set: Ref<ReadonlySet<string>>, roomId: string, on: boolean): void {
  if (set.value.has(roomId) === on) return;
  set.value = on ? new Set([...set.value, roomId]) : new Set([...set.value].filter((other) => other !== roomId));
}
