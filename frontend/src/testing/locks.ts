interface Held {
  name: string;
  mode: LockMode;
}

/** Web Locks (https://www.w3.org/TR/web-locks), as far as the page uses them; jsdom has none. */
export function fakeLocks() {
  const held: Held[] = [];
  const waiting: (Held & { grant: () => void })[] = [];
  const free = ({ name, mode }: Held) =>
    held.every((other) => other.name !== name || (mode === "shared" && other.mode === "shared"));

  function grantNext(): void {
    const next = waiting.findIndex(free);
    if (next >= 0) waiting.splice(next, 1)[0]?.grant();
  }

  async function request(name: string, options: LockOptions, callback: () => Promise<unknown>): Promise<void> {
    const lock = { name, mode: options.mode ?? "exclusive" };
    if (!free(lock)) await new Promise<void>((grant) => waiting.push({ ...lock, grant }));
    held.push(lock);
    try {
      await callback();
    } finally {
      held.splice(held.indexOf(lock), 1);
      grantNext();
    }
  }

  return { request, query: async () => ({ held: [...held], pending: waiting.map(({ name, mode }) => ({ name, mode })) }) };
}
