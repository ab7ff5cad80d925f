import { onScopeDispose, watch, type Ref } from "vue";
import { userKey } from "@/tabs/userKeys";

/**
 * Which of a user's tabs speaks for all: none while one of them shows, else the one that asked first.
 *
 * Each tab waits for one lock, and the one that holds it speaks; a tab that shows holds another one. Where a browser has
 * no locks, or refuses them, each tab speaks for itself.
 *
 * @returns whether this tab speaks at this moment
 */
export function useSpokesman(userId: string, visible: Ref<boolean>): () => Promise<boolean> {
  const { locks } = navigator;
  if (!locks) return async () => !visible.value;

  const speaking = userKey(userId, "speaks");
  const showing = userKey(userId, "shows");
  const ended = new AbortController();
  let speaks = false;
  let refused = false;

  /** Held until `signal` aborts. */
  function hold(name: string, mode: LockMode, signal: AbortSignal, onHeld: () => void): void {
    const held = () => {
      onHeld();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    };
    // Rejects when aborted while waiting, which is what is wanted then.
    locks.request(name, { mode, signal }, held).catch(() => (refused ||= !signal.aborted));
  }

  hold(speaking, "exclusive", ended.signal, () => (speaks = true));
  watch(
    visible,
    (isVisible, _, onCleanup) => {
      if (!isVisible) return;
      const hidden = new AbortController();
      hold(showing, "shared", hidden.signal, () => undefined);
      onCleanup(() => hidden.abort());
    },
    { immediate: true },
  );
  onScopeDispose(() => ended.abort());

  return async () => {
    if (visible.value) return false;
    if (refused) return true;
    const { held } = await locks.query();
    return speaks && !held?.some(({ name }) => name === showing);
  };
}
