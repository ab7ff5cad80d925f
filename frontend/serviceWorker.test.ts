/** The worker as a build writes it, run with a network and caches that are played. */
import { runInNewContext } from "node:vm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { serviceWorker } from "./serviceWorker.ts";

const PAGE = { "index.html": asset("<!doctype html>"), "assets/index-1.js": asset("run()"), "assets/data-1.json": asset("{}") };
const ORIGIN = "https://chat.example";

function asset(source: string) {
  return { type: "asset" as const, source };
}

/** What a build makes of the worker, for the files of `bundle`. */
function built(bundle: Record<string, ReturnType<typeof asset>>): string {
  const { generateBundle } = serviceWorker();
  const emitted: { fileName: string; source: string }[] = [];
  const { handler } = generateBundle as unknown as { handler(options: object, files: object): void };
  handler.call({ emitFile: (file: (typeof emitted)[number]) => emitted.push(file) }, {}, bundle);
  expect(emitted.map(({ fileName }) => fileName)).toEqual(["sw.js"]);
  return emitted[0]?.source ?? "";
}

type Network = (path: string, signal?: AbortSignal) => Promise<string>;
const LIVE: Network = async (path) => `live ${path}`;
const GONE: Network = () => Promise.reject(new TypeError("Failed to fetch"));
const SILENT: Network = (_, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new DOMException("late", "TimeoutError"))));

/** Caches by name, each the texts by path; all that a browser keeps of an origin between its workers. */
let kept: Map<string, Map<string, string>>;
beforeEach(() => void (kept = new Map()));

const fakeCaches = {
  open: async (name: string) => ({
    addAll: async (paths: string[]) => void kept.set(name, new Map(paths.map((path) => [path, `kept ${path}`]))),
  }),
  keys: async () => [...kept.keys()],
  delete: async (name: string) => kept.delete(name),
  match: async (path: string, { cacheName }: { cacheName: string }) => kept.get(cacheName)?.get(path),
};

/** A worker of that build: it takes what the browser would tell it, and says what it answers. */
async function installed(source: string, network: () => Network) {
  const listeners = new Map<string, (event: object) => void>();
  const self = {
    location: { origin: ORIGIN },
    clients: { claim: vi.fn() },
    addEventListener: (type: string, listen: (event: object) => void) => void listeners.set(type, listen),
  };
  const fetch = (request: { url: string }, options?: { signal: AbortSignal }) => network()(new URL(request.url).pathname, options?.signal);
  const Response = { error: () => "error" };
  runInNewContext(source, { self, caches: fakeCaches, fetch, Response, URL, AbortSignal });
  for (const type of ["install", "activate"]) {
    const work: Promise<unknown>[] = [];
    listeners.get(type)?.({ waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    await Promise.all(work);
  }
  return {
    /** The answer to a request; undefined where it is left to the browser. */
    async answer(path: string, more: { mode?: string; method?: string; origin?: string } = {}): Promise<string | undefined> {
      const { origin = ORIGIN, method = "GET", mode = "no-cors" } = more;
      let response: Promise<string> | undefined;
      const request = { url: origin + path, method, mode };
      listeners.get("fetch")?.({ request, respondWith: (promise: Promise<string>) => (response = promise) });
      return response;
    },
  };
}

const OPEN = { mode: "navigate" };

describe("the page", () => {
  it("is asked for anew as long as there is a network, so that a release is seen at once", async () => {
    const worker = await installed(built(PAGE), () => LIVE);
    expect(await worker.answer("/", OPEN)).toBe("live /");
  });

  it("opens from what is kept without one, with its scripts", async () => {
    const worker = await installed(built(PAGE), () => GONE);
    expect(await worker.answer("/", OPEN)).toBe("kept /index.html");
    expect(await worker.answer("/assets/index-1.js")).toBe("kept /assets/index-1.js");
  });

  it("opens from what is kept when the network says nothing for four seconds", async () => {
    const worker = await installed(built(PAGE), () => SILENT);
    const before = performance.now();
    expect(await worker.answer("/", OPEN)).toBe("kept /index.html");
    expect(performance.now() - before).toBeGreaterThan(3_900);
  });

  it("fails as it would without a worker where the browser has dropped what was kept", async () => {
    const worker = await installed(built(PAGE), () => GONE);
    kept.clear();
    expect(await worker.answer("/", OPEN)).toBe("error");
  });
});

it("answers nothing but the page and its files: no data, no other host, no change", async () => {
  const worker = await installed(built(PAGE), () => LIVE);
  expect(await worker.answer("/assets/data-1.json")).toBeUndefined();
  expect(await worker.answer("/assets/index-1.js", { origin: "https://cognito.example" })).toBeUndefined();
  expect(await worker.answer("/", { ...OPEN, method: "POST" })).toBeUndefined();
});

it("of a new release keeps that alone, and leaves what was last seen", async () => {
  await installed(built(PAGE), () => LIVE);
  kept.set("last-seen", new Map());
  const [before] = kept.keys();
  const worker = await installed(built({ ...PAGE, "assets/index-1.js": asset("run(2)") }), () => GONE);
  expect([...kept.keys()]).toHaveLength(2);
  expect(kept.has("last-seen")).toBe(true);
  expect(kept.has(before ?? "")).toBe(false);
  expect(await worker.answer("/", OPEN)).toBe("kept /index.html");
});
