import { onScopeDispose, watch } from "vue";
import * as v from "valibot";
import { ERROR_CODES } from "@/protocol/frames";
import { queue, type Outbox } from "@/protocol/outbox/outbox";
import { useOutboxStore } from "@/stores/outbox";

const entriesSchema = v.array(
  v.object({
    clientMessageId: v.string(),
    roomId: v.string(),
    content: v.string(),
    failure: v.nullable(v.picklist([...ERROR_CODES, "NO_REPLY"])),
  }),
);

/**
 * Keep the outbox in the browser until it is delivered.
 *
 * Each session stores its own under a name it holds a lock on, and takes over what sessions without a lock (signed
 * out, tab closed or reloaded) left behind.
 */
export async function useStoredOutbox(userId: string): Promise<void> {
  const outbox = useOutboxStore();
  const prefix = `chat.${userId}.outbox.`;
  const ownKey = prefix + crypto.randomUUID();

  watch(
    () => outbox.entries,
    (entries) => {
      if (entries.length > 0) localStorage.setItem(ownKey, JSON.stringify(entries));
      else localStorage.removeItem(ownKey);
    },
    { flush: "sync" },
  );
  holdLock(ownKey);
  const held = await heldLocks();
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(prefix) || key === ownKey || held.has(key)) continue;
    const left = storedEntries(key);
    outbox.entries = left.reduce(queue, outbox.entries);
    localStorage.removeItem(key);
  }
}

function storedEntries(key: string): Outbox {
  try {
    return v.parse(entriesSchema, JSON.parse(localStorage.getItem(key) ?? "[]"));
  } catch {
    return [];
  }
}

/** Held as long as the session lives. Without a secure context there are no locks: then everything is taken over. */
function holdLock(name: string): void {
  const ended = new Promise<void>((resolve) => onScopeDispose(resolve));
  void navigator.locks?.request(name, () => ended);
}

async function heldLocks(): Promise<Set<string>> {
  const locks = await navigator.locks?.query();
  return new Set([...(locks?.held ?? []), ...(locks?.pending ?? [])].map((lock) => lock.name ?? ""));
}
