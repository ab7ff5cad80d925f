import { effectScope, nextTick } from "vue";
import { expect, it } from "vitest";
import { useDensity } from "./useDensity";

it("tells the styles how much room messages take, and remembers it", async () => {
  const scope = effectScope();
  const density = scope.run(useDensity);
  expect(document.documentElement.dataset["density"]).toBe("comfortable");
  if (density) density.value = "compact";
  await nextTick();
  expect(document.documentElement.dataset["density"]).toBe("compact");
  expect(localStorage.getItem("chat.density")).toBe("compact");
  scope.stop();
});
