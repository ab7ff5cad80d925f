import { createSharedComposable } from "@vueuse/core";
import { ref, type Ref } from "vue";
import type { AskFailure } from "@/composables/rooms/useAsking";

/** What the page has to say about a room, on the screen or not. */
export type RoomNotice =
  | { readonly kind: "left"; readonly roomId: string }
  /** Somebody went back to a room that was left. */
  | { readonly kind: "notIn"; readonly roomId: string }
  /** A link or a date led to a message that is not there, or that could not be loaded or changed. */
  | { readonly kind: "messageGone" | "messageNotLoaded"; readonly roomId: string }
  | { readonly kind: "notChanged"; readonly roomId: string; readonly failure: AskFailure }
  /** The account did not take what the user wants to be told of the room, or that it is a favourite or marked. */
  | { readonly kind: "levelNotKept"; readonly roomId: string; readonly failure: AskFailure }
  | { readonly kind: "choiceNotKept"; readonly roomId: string }
  /** A message went while it was edited; what was written instead is the room's draft. */
  | { readonly kind: "editEnded"; readonly roomId: string }
  /** What was open about the room was closed, since the user is not in it any more; with what was written there. */
  | { readonly kind: "dialogEnded"; readonly roomId: string; readonly written: string }
  /** The address asked for something that no room can be named. */
  | { readonly kind: "invalid"; readonly asked: string }
  /** The address asked for a room that differs from the joined one `known` in upper and lower case only. */
  | { readonly kind: "otherCase"; readonly roomId: string; readonly known: string };

/** The notice on the page; null when there is none. */
export const useRoomNotice = createSharedComposable((): Ref<RoomNotice | null> => ref(null));
