import { expect, it } from "vitest";
import { mountPage } from "@/testing/page";
import TextField from "./TextField.vue";

it("reads a fault aloud when it comes, wherever the focus is, and describes the field by it", async () => {
  const page = mountPage(TextField, { props: { label: "Day", modelValue: "", hint: "Any day." } });
  const note = () => page.get(`[id="${page.get("input").attributes("aria-describedby")}"]`);
  expect([note().text(), note().attributes("role")]).toEqual(["Any day.", undefined]);
  await page.setProps({ error: "Choose a day." });
  expect([note().text(), note().attributes("role"), page.get("input").attributes("aria-invalid")]).toEqual(["Choose a day.", "alert", "true"]);
});
