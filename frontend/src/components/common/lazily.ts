import { defineAsyncComponent, type AsyncComponentLoader, type Component } from "vue";
import { fetchedPatiently } from "@/composables/page/fetchedPatiently";
import { typedAhead } from "@/composables/page/typedAhead";
import PartNotLoaded from "./PartNotLoaded.vue";

/** A part of the page that is fetched when it is first needed. What fails is tried again, and in the end said, with what helps. */
export function lazily<T extends Component>(load: AsyncComponentLoader<T>, loadingComponent?: Component): T {
  return fetchedBy(() => fetchedPatiently(load), loadingComponent);
}

/** The same of a dialog that a key opens: what is typed while it is fetched is written in its field. */
export function lazilyOpened<T extends Component>(load: AsyncComponentLoader<T>): T {
  return fetchedBy(() => typedAhead(fetchedPatiently(load)));
}

function fetchedBy<T extends Component>(fetch: AsyncComponentLoader<T>, loadingComponent?: Component): T {
  const loader: AsyncComponentLoader<T> = () => fetch().catch(() => PartNotLoaded as unknown as T);
  return defineAsyncComponent<T>({ loader, ...(loadingComponent && { loadingComponent, delay: 0 }) });
}
