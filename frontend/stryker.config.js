// Mutation tests of the pure cores: `make mutants`. Every change that a mutant makes must fail some test.
export default {
  mutate: ["src/protocol/**/timeline.ts", "src/protocol/**/recovery.ts"],
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "vitest.mutants.ts" },
  reporters: ["clear-text", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: "../build/mutants/frontend.html" },
  tempDirName: "../build/mutants/stryker",
  concurrency: 2,
  thresholds: { high: 100, low: 95, break: 90 },
};
