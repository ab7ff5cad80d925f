import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { Message } from "@/protocol/frames";
import * as outbox from "@/protocol/outbox/outbox";
import type { OutboxEntry, SendFailure } from "@/protocol/outbox/outbox";

/** A shorter wait is over before anybody has read of it. */
const SHOWN_FROM_MS = 1_000;

/** Messages on their way to the server. */
export const useOutboxStore = defineStore("outbox", () => {
  const entries = shallowRef<outbox.Outbox>([]);
  const pending = computed(() => entries.value.filter((entry) => entry.failure === null));
  const byRoom = computed(() => Map.groupBy(entries.value, (entry) => entry.roomId));

  function queue(entry: OutboxEntry): void {
    entries.value = outbox.queue(entries.value, entry);
  }
  function fail(clientMessageId: string, failure: SendFailure): void {
    entries.value = outbox.fail(entries.value, clientMessageId, failure);
  }
  function retry(clientMessageId: string): void {
    entries.value = outbox.retry(entries.value, clientMessageId);
  }
  function discard(clientMessageId: string): void {
    entries.value = outbox.discard(entries.value, clientMessageId);
  }
  function settle(messages: readonly Message[]): void {
    entries.value = outbox.settle(entries.value, messages);
  }
  /** Until when what is pending waits, because it was too much at once; epoch milliseconds of this device, null if it does not. */
  const limitedUntil = ref<number | null>(null);
  function limit(milliseconds: number): void {
    const until = Date.now() + milliseconds;
    if (milliseconds < SHOWN_FROM_MS || until <= (limitedUntil.value ?? 0)) return;
    limitedUntil.value = until;
    setTimeout(() => limitedUntil.value === until && (limitedUntil.value = null), milliseconds);
  }
  function clear(): void {
    entries.value = [];
    limitedUntil.value = null;
  }

  return { entries, pending, byRoom, limitedUntil, limit, queue, fail, retry, discard, settle, clear };
});
