import { defineAsyncComponent, type AsyncComponentLoader, type Component } from "vue";
import { fetchedPatiently } from "@/composables/page/fetchedPatiently";
import PartNotLoaded from "./PartNotLoaded.vue";

/** A part of the page that is fetched when it is first needed. What fails is tried again, and in the end said, with what helps. */
export function lazily<T extends Component>(load: AsyncComponentLoader<T>, loadingComponent?: Component): T {
  const loader: AsyncComponentLoader<T> = () => fetchedPatiently(load).catch(() => PartNotLoaded as unknown as T);
  return defineAsyncComponent<T>({ loader, ...(loadingComponent && { loadingComponent, delay: 0 }) });
}
