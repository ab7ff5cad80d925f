/**
 * What each tab of a user keeps for itself in the browser, and passes on when it is gone.
 *
 * Each tab holds a Web Lock on its name for as long as it lives; whoever gets that lock is the one heir. Without locks (an
 * insecure page, or a browser that refuses them) everything is taken over at once: the server stores an id once, and a
 * living tab writes its own again with the next change.
 */
export interface TabStorage {
  write(name: string, text: string | null): void;
  /** Name an heir, who says whether it takes a piece; what nobody takes stays for the next tab. */
  inherit(accept: (name: string, text: string) => boolean): void;
  /** Take over what other tabs keep, from each once it is gone; call it again when others may have appeared. */
  takeOver(): void;
  end(): void;
}

interface TabStorageOptions {
  storage: Storage;
  locks: Pick<LockManager, "request"> | undefined;
  /** Of the user: what every key and lock starts with. */
  prefix: string;
  /** Names this tab; without a dot. */
  tabId: string;
}

export function tabStorage({ storage, locks, prefix, tabId }: TabStorageOptions): TabStorage {
  const ended = new AbortController();
  const awaited = new Set([tabId]);
  const heirs: ((name: string, text: string) => boolean)[] = [];
  if (locks) void untilEnded(locks, prefix + tabId, ended.signal);

  function keysOf(owner: string): string[] {
    return keys(storage).filter((key) => key.startsWith(`${prefix}${owner}.`));
  }

  function takeFrom(owner: string): void {
    const start = prefix.length + owner.length + 1;
    for (const key of keysOf(owner)) {
      const text = storage.getItem(key);
      if (text !== null && heirs.some((accept) => accept(key.slice(start), text))) storage.removeItem(key);
    }
  }

  async function awaitEnd(owner: string): Promise<void> {
    try {
      if (!locks) throw new Error("no locks");
      await locks.request(prefix + owner, { signal: ended.signal }, () => takeFrom(owner));
    } catch {
      if (!ended.signal.aborted) takeFrom(owner);
    }
  }

  function takeOver(): void {
    for (const key of keys(storage)) {
      const owner = key.startsWith(prefix) ? key.slice(prefix.length).split(".", 1)[0] : undefined;
      if (owner === undefined || awaited.has(owner)) continue;
      awaited.add(owner);
      void awaitEnd(owner);
    }
  }

  return {
    write(name, text) {
      try {
        if (text === null) storage.removeItem(`${prefix}${tabId}.${name}`);
        else storage.setItem(`${prefix}${tabId}.${name}`, text);
      } catch {
        // The browser's storage is full or refused: what is unsent lives as long as the tab.
      }
    },
    inherit: (accept) => void heirs.push(accept),
    takeOver,
    end: () => ended.abort(),
  };
}

/** Hold a lock until `signal` aborts; refused, there is none to hold. */
async function untilEnded(locks: Pick<LockManager, "request">, name: string, signal: AbortSignal): Promise<void> {
  const end = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  await locks.request(name, () => end).catch(() => undefined);
}

function keys(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
}
