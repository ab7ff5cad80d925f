import { mount } from "@vue/test-utils";
import { nextTick } from "vue";
import { expect, it } from "vitest";
import { useTheme } from "./useTheme";

const shown = () => document.documentElement.dataset["theme"];

it("leaves the theme to the styles, which follow the system, until one is chosen", async () => {
  let theme!: ReturnType<typeof useTheme>;
  mount({ setup: () => ((theme = useTheme()), () => "") });
  expect([theme.value, shown(), localStorage.getItem("chat.theme")]).toEqual(["auto", undefined, null]);
  theme.value = "dark";
  await nextTick();
  expect([shown(), localStorage.getItem("chat.theme")]).toEqual(["dark", "dark"]);
  theme.value = "auto";
  await nextTick();
  expect(shown()).toBeUndefined();
});

it("shows the theme that was chosen before", () => {
  localStorage.setItem("chat.theme", "light");
  mount({ setup: () => (useTheme(), () => "") });
  expect(shown()).toBe("light");
});
