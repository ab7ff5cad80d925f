import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import type { Message } from "@/protocol/frames";
import * as outbox from "@/protocol/outbox/outbox";
import type { OutboxEntry, SendFailure } from "@/protocol/outbox/outbox";

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
  function clear(): void {
    entries.value = [];
  }

  return { entries, pending, byRoom, queue, fail, retry, discard, settle, clear };
});
