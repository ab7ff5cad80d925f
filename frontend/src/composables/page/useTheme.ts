import { useColorMode } from "@vueuse/core";

/** Colour theme: the system's (`auto`) or a chosen one, kept in the browser. */
export function useTheme() {
  return useColorMode({ attribute: "data-theme", storageKey: "chat.theme", emitAuto: true, disableTransition: false }).store;
}
