import { config, enableAutoUnmount } from "@vue/test-utils";
import { afterEach, beforeEach } from "vitest";

enableAutoUnmount(afterEach);

config.global.config.warnHandler = (message) => {
  throw new Error(`Vue warns: ${message}`);
};

// jsdom has no layout: nothing to observe, nowhere to scroll, no media queries.
window.ResizeObserver = class implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
window.matchMedia = (media) => Object.assign(new EventTarget(), { media, matches: false }) as unknown as MediaQueryList;

beforeEach(() => {
  localStorage.clear();
});
