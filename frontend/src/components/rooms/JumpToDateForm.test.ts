import { expect, it } from "vitest";
import { useJump } from "@/composables/conversation/useJump";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { field, mountPage } from "@/testing/page";
import JumpToDateForm from "./JumpToDateForm.vue";

it("asks to go to the beginning of the day, where the user is", async () => {
  const page = mountPage(JumpToDateForm, { props: { roomId: "ops" } });
  await field(page, "Day").setValue("2026-03-29");
  await page.get("form").trigger("submit");
  expect(useJump().value).toEqual({ kind: "date", roomId: "ops", time: new Date(2026, 2, 29).getTime() });
  expect(page.emitted("jumped")).toHaveLength(1);
});

it("goes nowhere without a day, and says so", async () => {
  const page = mountPage(JumpToDateForm, { props: { roomId: "ops" } });
  await page.get("form").trigger("submit");
  expect(page.text()).toContain("Choose a day.");
  expect(page.emitted("jumped")).toBeUndefined();
});

it.each(["0001-01-01", "9999-12-31"])("has a place in the order of every room for %s", async (day) => {
  const page = mountPage(JumpToDateForm, { props: { roomId: "ops" } });
  await field(page, "Day").setValue(day);
  await page.get("form").trigger("submit");
  const jump = useJump().value;
  expect(sortKeyOf(jump?.kind === "date" ? jump.time : Number.NaN)).toMatch(/^\d{13}#$/);
});
