import { defineConfig } from "vitest/config";
import site from "./vite.config";

/** The own tests of the cores that Stryker mutates, and nothing of the page, which would take an hour. */
export default defineConfig({
  resolve: site.resolve ?? {},
  test: { include: ["src/protocol/**/{timeline,recovery}.test.ts"] },
});
