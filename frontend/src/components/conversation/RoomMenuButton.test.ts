import type { DOMWrapper } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import RoomMenuButton from "./RoomMenuButton.vue";

type Button = Pick<DOMWrapper<Element>, "trigger">;

const menu = () => document.querySelector("[role=menu]");

/** What has the focus once the menu, which comes with the first press, has opened. */
async function focusedAfter(press: (button: Button) => Promise<void>): Promise<Element | null> {
  const page = mountPage(RoomMenuButton, { props: { roomId: "ops" } });
  const button = page.get("[data-testid=room-menu]");
  expect([button.attributes("aria-haspopup"), button.attributes("aria-expanded"), menu()]).toEqual(["menu", "false", null]);
  await press(button);
  await vi.waitUntil(() => menu()?.contains(document.activeElement), PATIENCE);
  return document.activeElement;
}

it.each([
  ["Enter", (button: Button) => button.trigger("click", { detail: 0 })],
  ["the key towards it", (button: Button) => button.trigger("keydown", { key: "ArrowDown" })],
])("opens by %s at its first item", async (_, press) => {
  expect((await focusedAfter(press))?.textContent).toContain("Favourite");
});

it("opens by the pointer at none of its items", async () => {
  expect(await focusedAfter((button) => button.trigger("click", { detail: 1 }))).toBe(menu());
});
