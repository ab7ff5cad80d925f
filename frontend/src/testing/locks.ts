interface Lock {
  name: string;
  mode: LockMode;
}
type Held = () => unknown;

/** Web Locks (https://www.w3.org/TR/web-locks), as far as the page uses them; jsdom has none. */
export function fakeLocks() {
  const held: Lock[] = [];
  const waiting: (Lock & { grant: () => void })[] = [];
  const free = ({ name, mode }: Lock) =>
    held.every((other) => other.name !== name || (mode === "shared" && other.mode === "shared"));

  function grantNext(): void {
    const next = waiting.findIndex(free);
    if (next < 0) return;
    waiting.splice(next, 1)[0]?.grant();
    grantNext();
  }

  function granted(lock: Lock, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const grant = () => {
        held.push(lock);
        resolve();
      };
      if (free(lock)) return grant();
      const entry = { ...lock, grant };
      waiting.push(entry);
      signal?.addEventListener("abort", () => {
        if (!waiting.includes(entry)) return;
        waiting.splice(waiting.indexOf(entry), 1);
        reject(new DOMException("aborted", "AbortError"));
      });
    });
  }

  function release(lock: Lock): void {
    const at = held.indexOf(lock);
    if (at >= 0) held.splice(at, 1);
    grantNext();
  }

  async function request(name: string, optionsOrHeld: LockOptions | Held, callback?: Held): Promise<void> {
    const options = typeof optionsOrHeld === "function" ? {} : optionsOrHeld;
    const hold = typeof optionsOrHeld === "function" ? optionsOrHeld : callback;
    const lock = { name, mode: options.mode ?? ("exclusive" as const) };
    await granted(lock, options.signal);
    try {
      await hold?.();
    } finally {
      release(lock);
    }
  }

  return {
    request,
    query: async () => ({ held: [...held], pending: waiting.map(({ name, mode }) => ({ name, mode })) }),
  };
}

export type FakeLocks = ReturnType<typeof fakeLocks>;

export function asLocks(locks: FakeLocks): LockManager {
  return locks as unknown as LockManager;
}
