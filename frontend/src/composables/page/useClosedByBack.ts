import { watch, type Ref } from "vue";

/** https://html.spec.whatwg.org/multipage/interaction.html#closewatcher */
interface CloseWatcher {
  onclose: (() => void) | null;
  destroy(): void;
}
declare global {
  var CloseWatcher: (new () => CloseWatcher) | undefined;
}

/**
 * Let the Back button or gesture of a phone close what is open above the page, instead of going to the room before under
 * it. A browser without close watchers goes back as ever.
 */
export function useClosedByBack(open: Ref<boolean>): void {
  watch(
    open,
    (isOpen, _, onCleanup) => {
      if (!isOpen || !globalThis.CloseWatcher) return;
      const watcher = new globalThis.CloseWatcher();
      watcher.onclose = () => (open.value = false);
      // Not at once: an Escape that has closed this is told to the watcher after that, and to the next one below if this is gone.
      onCleanup(() => void setTimeout(() => watcher.destroy()));
    },
    { immediate: true },
  );
}
