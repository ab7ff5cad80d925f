import { gzipSync } from "node:zlib";
import type { Plugin, Rollup } from "vite";

/** JavaScript that has to come before anything shows, compressed: the first screen on a slow phone. */
export const INITIAL_JS_BYTES = 100_000;

/** Bytes, by gzip, of the scripts that the page names: the entries and whatever they import at once. */
export function initialBytes(bundle: Rollup.OutputBundle): number {
  const initial = new Map<string, number>();
  const visit = (name: string) => {
    const file = bundle[name];
    if (file?.type !== "chunk" || initial.has(name)) return;
    initial.set(name, gzipSync(file.code).length);
    file.imports.forEach(visit);
  };
  for (const [name, file] of Object.entries(bundle)) if (file.type === "chunk" && file.isEntry) visit(name);
  return [...initial.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * What a build makes a visitor load first, in words.
 *
 * @throws when that is too much
 */
export function initialScripts(bundle: Rollup.OutputBundle): string {
  const bytes = initialBytes(bundle);
  const words = `initial JavaScript: ${bytes} of ${INITIAL_JS_BYTES} bytes, gzip`;
  if (bytes > INITIAL_JS_BYTES) throw new Error(words);
  return words;
}

/** Prints what a build makes a visitor load first, and fails one that makes it too much. */
export function bundleBudget(): Plugin {
  let print: (text: string) => void;
  return {
    name: "bundle-budget",
    apply: "build",
    configResolved: ({ logger }) => void (print = (text) => logger.info(text)),
    generateBundle: { order: "post", handler: (_, bundle) => print(initialScripts(bundle)) },
  };
}
