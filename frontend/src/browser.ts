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

/**
 * With cookies blocked, touching `localStorage` throws; in some private windows it is there and takes nothing. The page then
 * works, and forgets when it is closed. One that is merely full keeps what it has.
 */
export function ensureStorage(page: Window): void {
  try {
    const { localStorage: storage } = page;
    if (storage && (storage.length > 0 || takes(storage))) return;
  } catch {
    // Refused: replaced below.
  }
  Object.defineProperty(page, "localStorage", { value: new MemoryStorage(), configurable: true });
}

/** @throws DOMException - it takes nothing */
function takes(storage: Storage): boolean {
  const probe = "chat.probe";
  storage.setItem(probe, "");
  storage.removeItem(probe);
  return true;
}

/** The service workers of the page; undefined where a browser has none, or refuses to say (in a frame without an origin). */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined;
  }
}

/** Let the service worker keep the page for the time without a network; where a browser has or allows none, it needs one. */
export function keepShell(): void {
  window.addEventListener("load", () => void serviceWorkers()?.register("/sw.js").catch(() => undefined));
}
