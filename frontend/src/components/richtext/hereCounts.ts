import type { ComputedRef, InjectionKey } from "vue";

/** Whether `@here` in the text around addresses everybody: its author may, and meant it. */
export const HERE_COUNTS: InjectionKey<ComputedRef<boolean>> = Symbol("hereCounts");
