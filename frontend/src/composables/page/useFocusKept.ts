import { useEventListener, useMutationObserver } from "@vueuse/core";

/** What may hold the focus; `main` has a tabindex for this. */
const FOCUSABLE = "[tabindex], a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled)";

/**
 * Keep the focus on the page (WCAG 2.4.3): when what holds it goes away or is disabled, the nearest of its surroundings
 * that can hold it takes it, and keyboards and screen readers go on from there.
 */
export function useFocusKept(): void {
  /** What has the focus, then what is around it, from the inside out; empty when the user took the focus off. */
  let path: readonly HTMLElement[] = [];

  function onFocusIn({ target }: FocusEvent): void {
    path = surroundings(target as HTMLElement);
  }

  /** A click beside everything takes the focus off, and it shall stay so. */
  async function onFocusOut({ target, relatedTarget }: FocusEvent): Promise<void> {
    // Only afterwards is known whether the element went away or only lost the focus.
    await Promise.resolve();
    if (relatedTarget === null && target === path[0] && canHold(target as HTMLElement) && document.hasFocus()) path = [];
  }

  function onChange(): void {
    const [focused] = path;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!lost || !focused || canHold(focused)) return;
    const heir = path.find(canHold) ?? document.querySelector<HTMLElement>("main");
    heir?.focus({ preventScroll: true });
  }

  useEventListener(document, "focusin", onFocusIn);
  useEventListener(document, "focusout", onFocusOut);
  const attributeFilter = ["disabled", "hidden", "inert"];
  useMutationObserver(document.body, onChange, { subtree: true, childList: true, attributes: true, attributeFilter });
}

function surroundings(element: HTMLElement): HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let each: HTMLElement | null = element; each && each !== document.body; each = each.parentElement) around.push(each);
  return around;
}

function canHold(element: HTMLElement): boolean {
  return element.isConnected && element.matches(FOCUSABLE) && element.closest("[hidden], [inert]") === null;
}
