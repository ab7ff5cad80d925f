import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { useConnectionStore } from "@/stores/connection";
import { NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import ConnectionBanner from "./ConnectionBanner.vue";
import ConnectionStatus from "./ConnectionStatus.vue";

const Both = defineComponent({ render: () => [h(ConnectionBanner), h(ConnectionStatus)] });

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

it("says in both places the same of a lost connection, attempts in between included", async () => {
  const page = mountPage(Both);
  const { change } = useConnectionStore();
  const shown = async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    return [page.find("[role=status] span").exists() && page.get("[role=status] span").text(), page.get("[data-testid=connection] span.flex-1").text()];
  };
  change({ kind: "connecting" });
  expect(await shown()).toEqual([false, "Connecting…"]);
  change({ kind: "offline" });
  expect(await shown()).toEqual(["Offline", "Offline"]);
  change({ kind: "waiting", retryAt: NOW + 10_000 });
  expect(await shown()).toEqual(["Reconnecting…", "Reconnecting in 4 s"]);
  change({ kind: "connecting" });
  expect(await shown()).toEqual(["Reconnecting…", "Reconnecting…"]);
  change({ kind: "online" });
  expect(await shown()).toEqual([false, "Online"]);
});
