import { createSharedComposable } from "@vueuse/core";
import { ref, type Ref } from "vue";

/** What the page has to say about a room that is not on the screen. */
export type RoomNotice =
  | { readonly kind: "left"; readonly roomId: string }
  /** Somebody went back to a room that was left. */
  | { readonly kind: "notIn"; readonly roomId: string }
  /** A link or a date led to a message that is not there, or that could not be loaded or changed. */
  | { readonly kind: "messageGone" | "messageNotLoaded" | "notChanged"; readonly roomId: string }
  /** The account did not take what the user wants to be told of the room. */
  | { readonly kind: "levelNotKept"; readonly roomId: string }
  /** The address asked for something that no room can be named. */
  | { readonly kind: "invalid"; readonly asked: string }
  /** The address asked for a room that differs from the joined one `known` in upper and lower case only. */
  | { readonly kind: "otherCase"; readonly roomId: string; readonly known: string };

/** The notice on the page; null when there is none. */
export const useRoomNotice = createSharedComposable((): Ref<RoomNotice | null> => ref(null));
