import { useEventListener } from "@vueuse/core";

/** A file that is dropped on the page would be opened in its place by the browser, and what is written be gone: it is refused. */
export function useNoFileDrop(): void {
  useEventListener(window, ["dragover", "drop"], (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}
