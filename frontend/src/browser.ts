/** What a browser may refuse, replaced once, before anything asks for it. */

/** Kept until the page is closed, where the browser keeps nothing. */
class MemoryStorage implements Storage {
  private readonly items = new Map<string, string>();
  get length(): number {
    return this.items.size;
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, String(value));
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
  clear(): void {
    this.items.clear();
  }
}

/** With cookies blocked, touching `localStorage` throws; the page then works, and forgets when it is closed. */
export function ensureStorage(page: Window): void {
  try {
    if (page.localStorage) return;
  } catch {
    // Refused: replaced below.
  }
  Object.defineProperty(page, "localStorage", { value: new MemoryStorage(), configurable: true });
}

/** Let the service worker keep the page for the time without a network; where a browser has or allows none, it needs one. */
export function keepShell(): void {
  window.addEventListener("load", () => void navigator.serviceWorker?.register("/sw.js").catch(() => undefined));
}
