import { createSharedComposable, useLocalStorage } from "@vueuse/core";
import { watchEffect, type Ref } from "vue";

export const DENSITIES = ["comfortable", "compact"] as const;
export type Density = (typeof DENSITIES)[number];

/** How much room messages take, kept in the browser; the styles read it from the page's root. */
export const useDensity = createSharedComposable((): Ref<Density> => {
  const density = useLocalStorage<Density>("chat.density", "comfortable");
  watchEffect(() => (document.documentElement.dataset["density"] = density.value));
  return density;
});
