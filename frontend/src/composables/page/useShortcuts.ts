import { useEventListener } from "@vueuse/core";
import { useRoomsStore } from "@/stores/rooms";

/** Keyboard shortcuts of the page, as they are shown to the user. `Alt` avoids what browsers and readers use. */
export const SHORTCUTS = {
  send: ["Enter"],
  newLine: ["Shift", "Enter"],
  messages: ["↑", "↓"],
  firstMessage: ["Home"],
  lastMessage: ["End"],
  previousRoom: ["Alt", "↑"],
  nextRoom: ["Alt", "↓"],
  join: ["Alt", "J"],
  composer: ["Alt", "M"],
  latest: ["Alt", "End"],
  members: ["Alt", "P"],
  help: ["Alt", "H"],
} as const;

interface ShortcutActions {
  join: () => void;
  help: () => void;
  members: () => void;
}

export function useShortcuts({ join, help, members }: ShortcutActions): void {
  const rooms = useRoomsStore();

  function neighbour(offset: number): void {
    const { joined, active } = rooms;
    const next = joined[(joined.indexOf(active) + offset + joined.length) % joined.length];
    if (next !== undefined) rooms.activate(next);
  }

  // By the physical key: with Alt, some layouts make other characters of the letters.
  const actions: Record<string, () => void> = {
    ArrowUp: () => neighbour(-1),
    ArrowDown: () => neighbour(1),
    KeyJ: join,
    KeyM: () => document.querySelector<HTMLElement>("[data-testid=composer]")?.focus(),
    End: () => document.querySelector<HTMLElement>("[data-testid=jump]")?.click(),
    KeyH: help,
    KeyP: members,
  };
  useEventListener(window, "keydown", (event) => {
    const action = event.altKey && !event.ctrlKey && !event.metaKey ? actions[event.code] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
}
