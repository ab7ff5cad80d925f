import { createSharedComposable } from "@vueuse/core";
import { shallowReactive, shallowRef, type Ref } from "vue";
import type { Message } from "@/protocol/frames";

interface Changing {
  /** The message that is being edited in its place; null while none is. */
  readonly edited: Ref<Message | null>;
  /** The message that is to be deleted, once that is confirmed. */
  readonly removed: Ref<Message | null>;
  /** By room: the message that the next one answers. */
  readonly answered: Map<string, Message>;
}

/** What the user is about to do with messages. */
export const useChanging = createSharedComposable((): Changing => ({
  edited: shallowRef(null),
  removed: shallowRef(null),
  answered: shallowReactive(new Map()),
}));
