import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const WORKER = fileURLToPath(new URL("./src/serviceWorker.js", import.meta.url));
/** The emoji's data is as large as the rest together, and without it the page is whole. */
const SHELL_FILE = /\.(js|css|html)$/;
/** What `public/` adds to the page itself. */
const PUBLIC_FILES = ["icon.svg", "icon-192.png", "manifest.webmanifest"];

/** Writes `sw.js`: the worker of `src/serviceWorker.js`, told which files are the shell of this build. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const files = [...Object.keys(bundle).filter((file) => SHELL_FILE.test(file)), ...PUBLIC_FILES].sort();
        const contents = Object.values(bundle).map((file) => (file.type === "chunk" ? file.code : file.source));
        const version = createHash("sha256").update(files.join()).update(contents.join()).digest("hex").slice(0, 12);
        const build = { version, shell: files.map((file) => `/${file}`) };
        const source = readFileSync(WORKER, "utf8").replace("= self.BUILD;", `= ${JSON.stringify(build)};`);
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
