import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useConnectionStore } from "@/stores/connection";
import { NOW } from "@/testing/messages";
import { button, fakeChat, mountPage } from "@/testing/page";
import ConnectionStatus from "./ConnectionStatus.vue";

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

it("counts down to the next attempt, which can be had at once", async () => {
  const chat = fakeChat();
  const page = mountPage(ConnectionStatus, { chat });
  useConnectionStore().change({ kind: "waiting", retryAt: NOW + 8_000 });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(page.text()).toContain("Reconnecting in 5 s");
  await button(page, "Reconnect now").trigger("click");
  expect(chat.reconnect).toHaveBeenCalledOnce();
});

it("offers nothing to do while online", async () => {
  const page = mountPage(ConnectionStatus);
  useConnectionStore().change({ kind: "online" });
  await page.vm.$nextTick();
  expect(page.text()).toBe("Online");
  expect(page.find("button").exists()).toBe(false);
});
