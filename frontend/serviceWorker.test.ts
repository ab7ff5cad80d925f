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

/** What the network answers: a text, or a status alone. */
type Network = (path: string, signal?: AbortSignal) => Promise<string | number>;
const LIVE: Network = async (path) => `live ${path}`;
const GONE: Network = () => Promise.reject(new TypeError("Failed to fetch"));
const SILENT: Network = (_, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new DOMException("late", "TimeoutError"))));

/** Caches by name, each the texts by path; all that a browser keeps of an origin between its workers. */
let kept: Map<string, Map<string, string>>;
beforeEach(() => void (kept = new Map()));

class FakeRequest {
  readonly cache: string;
  constructor(readonly path: string, options: { cache: string }) {
    this.cache = options.cache;
  }
}

const fakeCaches = {
  open: async (name: string) => ({
    addAll: async (files: FakeRequest[]) => void kept.set(name, new Map(files.map(({ path, cache }) => [path, cache === "no-cache" ? `kept ${path}` : `perhaps an older ${path}`]))),
  }),
  keys: async () => [...kept.keys()],
  delete: async (name: string) => kept.delete(name),
  match: async (path: string, { cacheName }: { cacheName: string }) => kept.get(cacheName)?.get(path),
};

/** A worker of that build: it takes what the browser would tell it, and says what it answers. */
async function installed(source: string, network: () => Network, clients: object = {}) {
  const listeners = new Map<string, (event: object) => void>();
  const self = {
    location: { origin: ORIGIN },
    clients: { claim: vi.fn(), ...clients },
    addEventListener: (type: string, listen: (event: object) => void) => void listeners.set(type, listen),
  };
  const fetch = async (request: { url: string }, options?: { signal: AbortSignal }) => {
    const answer = await network()(new URL(request.url).pathname, options?.signal);
    return typeof answer === "number" ? { status: answer, text: `status ${answer}` } : { status: 200, text: answer };
  };
  const Response = { error: () => "error" };
  runInNewContext(source, { self, caches: fakeCaches, fetch, Request: FakeRequest, Response, URL, AbortController, setTimeout, clearTimeout });
  for (const type of ["install", "activate"]) {
    const work: Promise<unknown>[] = [];
    listeners.get(type)?.({ waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    await Promise.all(work);
  }
  return {
    /** The answer to a request; undefined where it is left to the browser. */
    async answer(path: string, more: { mode?: string; method?: string; origin?: string } = {}): Promise<string | undefined> {
      const { origin = ORIGIN, method = "GET", mode = "no-cors" } = more;
      let response: Promise<string | { text: string }> | undefined;
      const request = { url: origin + path, method, mode };
      listeners.get("fetch")?.({ request, respondWith: (promise: typeof response) => (response = promise) });
      const given = await response;
      return typeof given === "object" ? given.text : given;
    },
    /** The user follows a notification that is tagged with `tag`. */
    async follow(tag: string): Promise<void> {
      let work: Promise<void> | undefined;
      listeners.get("notificationclick")?.({ notification: { tag, close: () => undefined }, waitUntil: (promise: Promise<void>) => (work = promise) });
      await work;
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

  it.each([500, 503])("opens from what is kept when the server is in trouble, with %i", async (status) => {
    const worker = await installed(built(PAGE), () => async () => status);
    expect(await worker.answer("/", OPEN)).toBe("kept /index.html");
    kept.clear();
    expect(await worker.answer("/", OPEN)).toBe(`status ${status}`);
  });

  it("is not broken off once the network has begun to answer, however long the rest takes", async () => {
    vi.useFakeTimers();
    let signal: AbortSignal | undefined;
    const worker = await installed(built(PAGE), () => async (path, given) => ((signal = given), `live ${path}`));
    expect(await worker.answer("/", OPEN)).toBe("live /");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(signal?.aborted).toBe(false);
    vi.useRealTimers();
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

it.each([
  ["the page that is open", async () => ({}), 0],
  ["a new one where that may not be led there", () => Promise.reject(new TypeError("not the active worker")), 1],
])("leads a notification's room to %s", async (_, navigate, opened) => {
  const openWindow = vi.fn();
  const page = { navigate: vi.fn(navigate), focus: async () => page };
  const worker = await installed(built(PAGE), () => LIVE, { matchAll: async () => [page], openWindow });
  await worker.follow("ops");
  expect([page.navigate.mock.calls, openWindow.mock.calls]).toEqual([[["/#/rooms/ops"]], Array(opened).fill(["/#/rooms/ops"])]);
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
