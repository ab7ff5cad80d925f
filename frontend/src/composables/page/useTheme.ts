import { useLocalStorage } from "@vueuse/core";
import { watchEffect, type Ref } from "vue";

export type Theme = "auto" | "light" | "dark";

/** Colour theme: the system's (`auto`, which the styles follow by themselves) or a chosen one, kept in the browser. */
export function useTheme(): Ref<Theme> {
  const theme = useLocalStorage<Theme>("chat.theme", "auto", { writeDefaults: false });
  watchEffect(() => {
    if (theme.value === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
  });
  return theme;
}
