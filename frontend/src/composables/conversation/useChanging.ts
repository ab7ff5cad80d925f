import { createSharedComposable } from "@vueuse/core";
import { ref, shallowReactive, shallowRef, watch, type Ref } from "vue";
import { keepAsDraft } from "@/composables/composer/keepAsDraft";
import type { Message } from "@/protocol/frames";

interface Changing {
  /** The message that is being edited in its place; null while none is. */
  readonly edited: Ref<Message | null>;
  /** What it shall say; null before it was touched. It outlives a look into another room; if another one is edited instead, it is the room's draft. */
  readonly editedText: Ref<string | null>;
  /** The message that is to be deleted, once that is confirmed. */
  readonly removed: Ref<Message | null>;
  /** By room: the message that the next one answers. */
  readonly answered: Map<string, Message>;
}

/** What the user is about to do with messages. */
export const useChanging = createSharedComposable((): Changing => {
  const edited = shallowRef<Message | null>(null);
  const editedText = ref<string | null>(null);
  watch(
    edited,
    (now, before) => {
      // The same one, reached by a change meanwhile: what is written for it stays.
      if (now?.roomId === before?.roomId && now?.sortKey === before?.sortKey) return;
      if (now && before) keepAsDraft(before, editedText.value);
      editedText.value = null;
    },
    { flush: "sync" },
  );
  return { edited, editedText, removed: shallowRef(null), answered: shallowReactive(new Map()) };
});
