import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

it("serves the licence of the font that comes with the page", () => {
  expect(read("./public/font-license.txt")).toBe(read("./node_modules/@fontsource-variable/inter/LICENSE"));
});
