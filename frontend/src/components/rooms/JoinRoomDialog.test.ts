import { expect, it } from "vitest";
import { field, mountPage } from "@/testing/page";
import { DOMWrapper } from "@vue/test-utils";
import JoinRoomDialog from "./JoinRoomDialog.vue";

/** A dialog stands outside of the component that opens it. */
const body = () => new DOMWrapper(document.body);

async function join(name: string) {
  const page = mountPage(JoinRoomDialog, { props: { open: true } });
  await page.vm.$nextTick();
  await field(body() as never, "Room name").setValue(name);
  await body().get("form").trigger("submit");
  return page;
}

it("joins a room by name", async () => {
  const page = await join(" ops ");
  expect(page.emitted("joined")).toEqual([["ops"]]);
  expect(page.emitted("update:open")).toEqual([[false]]);
});

it.each(["", "two words", "größe", "a".repeat(65)])("says what is wrong with the name “%s”", async (name) => {
  const page = await join(name);
  expect(page.emitted("joined")).toBeUndefined();
  expect(body().get("input").attributes("aria-invalid")).toBe("true");
  expect(body().text()).toContain("1 to 64 letters");
});

it("asks before it makes another room of a name that differs in case only", async () => {
  const page = await join("Global");
  expect(page.emitted("joined")).toBeUndefined();
  expect(body().text()).toContain("You are in “global”. “Global” would be another room.");
  await body().get("form").trigger("submit");
  expect(page.emitted("joined")).toEqual([["Global"]]);
});
