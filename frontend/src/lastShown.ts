/** The end of each conversation, kept on the device to be shown without a network; gone with a sign-out. */
import * as v from "valibot";
import { messagesIn, type Message } from "@/protocol/frames";

const CACHE = "last-seen"; // browsers have it by that name, and a sign-out is to find it
/** A screen or two of each room. */
export const KEPT_MESSAGES = 50;

const keptSchema = v.object({ messages: v.unknown(), keptMs: v.optional(v.number()) });

export interface LastShown {
  /** `keptMs` is for how long the room keeps a message; undefined for good. */
  save(roomId: string, messages: readonly Message[], keptMs?: number): Promise<void>;
  load(roomId: string): Promise<readonly Message[]>;
}

/** What `userId` saw last. Where the browser has no cache, or refuses it, nothing is kept and nothing is missed. */
export function lastShownOf(userId: string): LastShown {
  const address = (roomId: string) => `/last-seen/${hex(userId)}/${hex(roomId)}`;

  return {
    async save(roomId, messages, keptMs) {
      const body = JSON.stringify({ messages: messages.slice(-KEPT_MESSAGES), keptMs });
      await withCache((cache) => cache.put(address(roomId), new Response(body)));
    },
    async load(roomId) {
      const response = await withCache((cache) => cache.match(address(roomId)));
      const kept = v.safeParse(keptSchema, await response?.json().catch(() => null));
      if (!kept.success) return [];
      // Without a network nobody else says that their time is over.
      const oldest = Date.now() - (kept.output.keptMs ?? Number.POSITIVE_INFINITY);
      return messagesIn(kept.output.messages).filter(({ createdAt }) => createdAt >= oldest);
    },
  };
}

/** Keep nothing of anybody. */
export async function forgetLastShown(): Promise<void> {
  await globalThis.caches?.delete(CACHE).catch(() => false);
}

async function withCache<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
  try {
    return await work(await caches.open(CACHE));
  } catch {
    return undefined;
  }
}

/** Any name as a piece of an address, and no two alike. */
function hex(text: string): string {
  return Array.from(text, (character) => (character.codePointAt(0) ?? 0).toString(16)).join("-");
}
