import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { bundleBudget } from "./bundleBudget.ts";
import { chunks } from "./chunks.ts";
import { serviceWorker } from "./serviceWorker.ts";

export default defineConfig({
  plugins: [
    vue(),
    tailwindcss(),
    serviceWorker(),
    bundleBudget(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: {
    // What nobody uses of Vue and its translations is left out.
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  // The oldest browsers with light-dark() and Map.groupBy.
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    cssCodeSplit: false,
    license: { fileName: "licenses.md" },
    rolldownOptions: { output: { codeSplitting: chunks() } },
  },
  server: { port: 3000, strictPort: true },
  preview: { port: 3000, strictPort: true },
  test: {
    restoreMocks: true,
    testTimeout: 30_000, // a busy machine is no failure; what hangs still ends
    coverage: {
      include: ["src/**/*.{ts,vue}"],
      exclude: ["src/**/*.test.ts", "src/testing/**", "src/**/*.d.ts"],
      reporter: ["json-summary", "html"],
      reportsDirectory: "../build/coverage/frontend",
    },
    pool: "vmThreads", // a context of its own for each file costs a third of a process's time
    projects: [
      {
        extends: true,
        test: { name: "logic", environment: "node", include: ["src/{protocol,tabs,conversation,i18n}/**/*.test.ts", "src/*.test.ts", "*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "page",
          environment: "jsdom",
          include: ["src/{components,composables,stores,auth}/**/*.test.ts"],
          setupFiles: ["src/testing/setup.ts"],
        },
      },
    ],
  },
});
