import { createSharedComposable } from "@vueuse/core";
import { shallowRef, type Ref } from "vue";

/** Where in a room the user wants to go. */
export type Jump =
  | { readonly kind: "message"; readonly roomId: string; readonly sortKey: string }
  /** To the first message said at `time` (epoch milliseconds) or later. */
  | { readonly kind: "date"; readonly roomId: string; readonly time: number };

/** The jump that waits for its room to be shown and loaded; null when there is none. */
export const useJump = createSharedComposable((): Ref<Jump | null> => shallowRef(null));
