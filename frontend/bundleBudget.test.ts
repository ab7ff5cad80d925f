import { randomBytes } from "node:crypto";
import type { Rollup } from "vite";
import { expect, it } from "vitest";
import { INITIAL_JS_BYTES, initialBytes, initialScripts } from "./bundleBudget.ts";

/** A script of nearly so many bytes when compressed: random digits are half their length. */
function chunk(bytes: number, more: Partial<Rollup.OutputChunk> = {}): Rollup.OutputChunk {
  return { type: "chunk", code: randomBytes(bytes).toString("hex"), imports: [], dynamicImports: [], isEntry: false, ...more } as Rollup.OutputChunk;
}

/** An entry that imports one script at once, which imports the entry back, and one later. */
function bundle(atOnce: number, later: number): Rollup.OutputBundle {
  return {
    "index.js": chunk(100, { isEntry: true, imports: ["at-once.js", "of-another-host.js"], dynamicImports: ["later.js"] }),
    "at-once.js": chunk(atOnce, { imports: ["index.js"] }),
    "later.js": chunk(later),
    "style.css": { type: "asset", source: "a{}" } as Rollup.OutputAsset,
  };
}

it("is what the entries import at once, each script once, without what is loaded later", () => {
  const bytes = initialBytes(bundle(10_000, 50_000));
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(15_000);
});

it("is refused above the budget, and told in any case", () => {
  expect(() => initialScripts(bundle(INITIAL_JS_BYTES, 0))).toThrow(/^initial JavaScript: 1\d{5} of 100000 bytes, gzip$/);
  expect(initialScripts(bundle(1_000, 2 * INITIAL_JS_BYTES))).toMatch(/^initial JavaScript: \d{4} of/);
});
