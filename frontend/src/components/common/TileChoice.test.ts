import { Moon, Sun } from "@lucide/vue";
import { expect, it } from "vitest";
import { defineComponent, h, ref } from "vue";
import { mountPage } from "@/testing/page";
import TileChoice from "./TileChoice.vue";

it("shows a tile for each value, and takes the one that is pressed", async () => {
  const chosen = ref<"light" | "dark">("light");
  const choice = defineComponent({
    render: () =>
      h(
        TileChoice<"light" | "dark">,
        { label: "Theme", icons: { light: Sun, dark: Moon }, tile: "", modelValue: chosen.value, "onUpdate:modelValue": (now) => (chosen.value = now) },
        { default: ({ value }: { value: string }) => `the ${value} one` },
      ),
  });
  const page = mountPage(choice);
  expect(page.get("[role=radiogroup]").attributes("aria-label")).toBe("Theme");
  expect(page.findAll("[role=radio]").map((each) => each.text())).toEqual(["the light one", "the dark one"]);
  await page.findAll("[role=radio]")[1]?.trigger("click");
  expect(chosen.value).toBe("dark");
  expect(page.get("[aria-checked=true]").text()).toBe("the dark one");
});
