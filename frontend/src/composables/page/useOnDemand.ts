import { ref, shallowRef, type Component, type Ref } from "vue";
import { fetchedPatiently } from "./fetchedPatiently";

interface OnDemand {
  /** Null until it was asked for and came. */
  readonly component: Ref<Component | null>;
  readonly loading: Ref<boolean>;
  /** Whether it could not be fetched, however often it was tried. */
  readonly failed: Ref<boolean>;
  /** What could not be loaded can be asked for again. */
  load: () => Promise<void>;
}

/** A component that takes the place of what asks for it: a page that has just opened neither loads nor makes it. */
export function useOnDemand(importComponent: () => Promise<{ default: Component }>): OnDemand {
  const component = shallowRef<Component | null>(null);
  const loading = ref(false);
  const failed = ref(false);

  async function load(): Promise<void> {
    if (loading.value) return;
    loading.value = true;
    failed.value = false;
    try {
      component.value = (await fetchedPatiently(importComponent)).default;
    } catch {
      // Without a network, and not kept by the service worker yet; or of a release that is gone.
      failed.value = true;
    } finally {
      loading.value = false;
    }
  }

  return { component, loading, failed, load };
}
