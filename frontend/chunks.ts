import { fileURLToPath } from "node:url";
import type { Rolldown } from "vite";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
const CHAT = source("components/ChatPage.vue");
const FORMATTING = source("conversation/markdown/richText.ts");
type Modules = Pick<Rolldown.ChunkingContext, "getModuleInfo">;

/**
 * One file for what every visit begins with, one for the chat, and one for what formats its messages: to run both of them
 * takes a phone so long that each has a task of its own.
 *
 * Left to itself, the bundler takes out of them whatever one of the dialogs needs, too, and so parts the chat into a
 * dozen files, each of them a request that a phone has to make before it shows anything.
 */
export function chunks(): Rolldown.CodeSplittingOptions {
  return {
    groups: [
      { name: "start", tags: ["$initial"], priority: 1 },
      { debugName: "formatting", name: nameOfClosure("formatting", FORMATTING) },
      { debugName: "chat", name: nameOfClosure("chat", CHAT) },
    ],
  };
}

/** Names the file of `start` and of what it imports at once. */
function nameOfClosure(name: string, start: string) {
  let found: ReadonlySet<string> | undefined;
  return (moduleId: string, modules: Modules) => ((found ??= closure(start, modules)).has(moduleId) ? name : null);
}

/** A module with whatever it imports at once. */
export function closure(start: string, modules: Modules): ReadonlySet<string> {
  const found = new Set([start]);
  for (const each of found) modules.getModuleInfo(each)?.importedIds.forEach((imported) => found.add(imported));
  return found;
}
