import { vi } from "vitest";

/** jsdom has no layout: let every list item be `itemHeight` pixels high, and everything else `height`. */
export function layOut({ itemHeight, height }: { itemHeight: number; height: number }): void {
  vi.spyOn(HTMLElement.prototype, "offsetParent", "get").mockReturnValue(document.body);
  vi.spyOn(document.defaultView as typeof window, "ResizeObserver").mockImplementation(
    class {
      constructor(private readonly changed: ResizeObserverCallback) {}
      observe(target: Element): void {
        const contentRect = { width: 300, height: target.tagName === "LI" ? itemHeight : height };
        queueMicrotask(() => this.changed([{ target, contentRect } as ResizeObserverEntry], this as never));
      }
      unobserve(): void {}
      disconnect(): void {}
    } as never,
  );
}
