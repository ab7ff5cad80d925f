import { useEventListener } from "@vueuse/core";
import { useSections } from "@/composables/rooms/useSections";
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
  switcher: ["Ctrl", "K"],
  search: ["Ctrl", "F"],
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
  switcher: () => void;
  /** Whether it opened anything: if not, the browser searches what is on the screen. */
  search: () => boolean;
}

export function useShortcuts({ join, help, members, switcher, search }: ShortcutActions): void {
  const rooms = useRoomsStore();
  const { order } = useSections();

  function neighbour(offset: number): void {
    const listed = order.value;
    const next = listed[(listed.indexOf(rooms.active) + offset + listed.length) % listed.length];
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
    // As in other chats; on a Mac with its own key.
    if (event.code === "KeyK" && event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      return switcher();
    }
    if (event.code === "KeyF" && event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey) {
      if (search()) event.preventDefault();
      return;
    }
    const action = event.altKey && !event.ctrlKey && !event.metaKey ? actions[event.code] : undefined;
    if (!action || isCovered()) return;
    event.preventDefault();
    action();
  });
}

/** Whether something is open above the page: what is below shall not change under it. */
function isCovered(): boolean {
  return document.querySelector("[role=dialog][data-state=open]") !== null;
}
