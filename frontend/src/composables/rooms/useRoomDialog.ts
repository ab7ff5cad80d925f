import { createSharedComposable } from "@vueuse/core";
import { onScopeDispose, ref, watchEffect, type Ref } from "vue";

/** What the page asks or offers about rooms, above everything else. */
export type RoomDialog =
  | { readonly kind: "directory" }
  /** Go to a room by a few letters of its name. */
  | { readonly kind: "switcher" }
  /** Find messages by their words, in that room; with some to begin with, in all rooms. */
  | { readonly kind: "search"; readonly roomId: string; readonly words: string }
  | { readonly kind: "create" }
  /** Make a link that lets others into the room. */
  | { readonly kind: "share"; readonly roomId: string }
  /** Everybody who is a member, online or not. */
  | { readonly kind: "members"; readonly roomId: string }
  /** What moderators pinned. */
  | { readonly kind: "pins"; readonly roomId: string }
  /** What mentions the user, in any room. */
  | { readonly kind: "mentions" }
  /** Go to a day of the room. */
  | { readonly kind: "date"; readonly roomId: string }
  /** Title, topic, and for how long messages are kept. */
  | { readonly kind: "settings"; readonly roomId: string }
  /** Tell operators of a message. */
  | { readonly kind: "report"; readonly roomId: string; readonly sortKey: string }
  /** What a message said before it was edited. */
  | { readonly kind: "versions"; readonly roomId: string; readonly sortKey: string }
  /** Be a member no more. */
  | { readonly kind: "leave"; readonly roomId: string }
  /** Take what was said in the room along as a file. */
  | { readonly kind: "export"; readonly roomId: string }
  /** A link with this code has been followed. */
  | { readonly kind: "invite"; readonly code: string };

/** The dialog that is open; null when there is none. */
export const useRoomDialog = createSharedComposable((): Ref<RoomDialog | null> => ref(null));

/** What is written in it and was not sent; empty where that is nothing. */
export const useWritten = createSharedComposable((): Ref<string> => ref(""));

/** Let `text` be what is written in the dialog, as long as the calling form is there. */
export function useDialogText(text: () => string): void {
  const written = useWritten();
  watchEffect(() => (written.value = text()));
  onScopeDispose(() => (written.value = ""));
}
