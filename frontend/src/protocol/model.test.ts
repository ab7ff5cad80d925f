/** The protocol against a model of everything around it: server, network, clock, tabs and user (testing/simulation). */
import fc from "fast-check";
import { expect, it } from "vitest";
import { histories } from "@/testing/simulation/history";
import { KNOWN_HISTORIES } from "@/testing/simulation/knownHistories";
import { problemsOf } from "@/testing/simulation/run";

const { MODEL_RUNS = "500", MODEL_SEED } = process.env;
const parameters = { numRuns: Number(MODEL_RUNS), ...(MODEL_SEED && { seed: Number(MODEL_SEED) }) };
/** Far above what the runs take on a slow machine. */
const TIMEOUT_MS = 60_000 + Number(MODEL_RUNS) * 500;

it.each(Object.entries(KNOWN_HISTORIES))("holds when %s", async (_, history) => {
  expect(await problemsOf(history)).toEqual([]);
});

it("shows what was said and delivers what was written, whatever happens in between", { timeout: TIMEOUT_MS }, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      expect(await problemsOf(history)).toEqual([]);
    }),
    parameters,
  );
});
