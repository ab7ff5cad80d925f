import { createPinia, setActivePinia } from "pinia";
import { effectScope, ref, shallowRef, type EffectScope, type Ref } from "vue";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { flushPromises } from "@vue/test-utils";
import type { Row } from "@/conversation/rows";
import type { Message } from "@/protocol/frames";
import { messages } from "@/testing/messages";
import type { useHistory } from "./useHistory";
import { useJump } from "./useJump";
import { useJumping } from "./useJumping";

let scope: EffectScope;
beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

const [first, second] = messages(2) as [Message, Message];

/** The two messages in a list that takes `drawnAfterMs` to draw what it is led to; what stands out in it. */
function list(drawnAfterMs: number): Ref<string | null> {
  const history = { messages: shallowRef([first, second]), complete: ref(true), stay: vi.fn(), openAt: vi.fn() };
  const jumping = scope.run(() =>
    useJumping({
      roomId: first.roomId,
      history: history as unknown as ReturnType<typeof useHistory>,
      rows: shallowRef([first, second].map((message) => ({ kind: "message", key: message.messageId, message }) as unknown as Row)),
      opened: ref(true),
      toEnd: vi.fn(),
      toRow: vi.fn(),
      focusRow: () => new Promise((drawn) => setTimeout(drawn, drawnAfterMs)),
    }),
  );
  return jumping?.highlighted ?? ref("nothing");
}

async function leadTo({ roomId, sortKey }: Message): Promise<void> {
  useJump().value = { kind: "message", roomId, sortKey };
  await flushPromises();
}

it.each([0, 5_000])("lets a message stand out for four seconds once it is drawn, after %i ms", async (drawnAfterMs) => {
  const highlighted = list(drawnAfterMs);
  await leadTo(first);
  await vi.advanceTimersByTimeAsync(drawnAfterMs + 3_900);
  expect(highlighted.value).toBe(first.messageId);
  await vi.advanceTimersByTimeAsync(200);
  expect(highlighted.value).toBeNull();
});

it("lets the next one stand out as long, also where it is not drawn before the time of the first is over", async () => {
  const highlighted = list(3_000);
  await leadTo(first);
  await vi.advanceTimersByTimeAsync(6_000);
  await leadTo(second);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(highlighted.value).toBe(second.messageId);
  await vi.advanceTimersByTimeAsync(200);
  expect(highlighted.value).toBeNull();
});
