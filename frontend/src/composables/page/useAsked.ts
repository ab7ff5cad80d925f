import { whenever } from "@vueuse/core";
import { ref, type Ref } from "vue";

/** Whether something was ever open: what one opens now and then is neither loaded nor made before its first time. */
export function useAsked(open: () => boolean): Ref<boolean> {
  const asked = ref(false);
  whenever(open, () => (asked.value = true), { immediate: true, once: true, flush: "sync" });
  return asked;
}
