import { useLocalStorage, useMediaQuery } from "@vueuse/core";
import { computed, ref, watch, type Ref, type WritableComputedRef } from "vue";
import { useRoomsStore } from "@/stores/rooms";

/** Below this width a third column would leave the conversation too little. */
const COLUMN_FROM = "(min-width: 64rem)";

/** The members panel: a column that stays as it was left, or a drawer that is closed at first. */
export function useMembersPanel(): { asColumn: Ref<boolean>; open: WritableComputedRef<boolean> } {
  const rooms = useRoomsStore();
  const asColumn = useMediaQuery(COLUMN_FROM);
  const columnOpen = useLocalStorage("chat.members", true);
  const drawerOpen = ref(false);
  // Whoever goes to another room from there wants to see that.
  watch(() => rooms.active, () => (drawerOpen.value = false));
  const open = computed({
    get: () => (asColumn.value ? columnOpen.value : drawerOpen.value),
    set(value) {
      if (asColumn.value) columnOpen.value = value;
      else drawerOpen.value = value;
    },
  });
  return { asColumn, open };
}
