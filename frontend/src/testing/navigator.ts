import { onTestFinished } from "vitest";

/** Let `navigator[property]` be `value` until the test ends; jsdom has few of them, and browsers may refuse any. */
export function stubNavigator(property: "clipboard" | "locks" | "serviceWorker", value: unknown): void {
  Object.defineProperty(navigator, property, { value, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, property));
}
