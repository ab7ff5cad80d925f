import { expect, it } from "vitest";
import { chunks, closure } from "./chunks.ts";

const CHAT = expect.stringMatching(/src\/components\/ChatPage\.vue$/) as unknown as string;

/** Modules with what each imports at once; whatever ends with ChatPage.vue is asked for by its whole path. */
function graph(imports: Record<string, readonly string[]>) {
  const asked: string[] = [];
  return {
    asked,
    getModuleInfo(moduleId: string) {
      asked.push(moduleId);
      const importedIds = imports[moduleId.endsWith("ChatPage.vue") ? "ChatPage.vue" : moduleId];
      return importedIds ? ({ importedIds } as never) : null;
    },
  };
}

it("finds each module that another needs, however they go round", () => {
  const modules = graph({ a: ["b", "c"], b: ["a"], c: ["outside"], d: ["a"] });
  expect([...closure("a", modules)]).toEqual(["a", "b", "c", "outside"]);
  expect(modules.asked).toEqual(["a", "b", "c", "outside"]);
});

it("puts what formats messages into a file of its own, before the chat that needs it too", () => {
  const imports: Record<string, readonly string[]> = { list: [], marked: [] };
  const modules = {
    getModuleInfo(moduleId: string) {
      if (moduleId.endsWith("ChatPage.vue")) return { importedIds: ["list", "marked"] } as never;
      if (moduleId.endsWith("richText.ts")) return { importedIds: ["marked"] } as never;
      return { importedIds: imports[moduleId] } as never;
    },
  };
  const named = (chunks().groups ?? []).slice(1).map(({ name }) => name as (moduleId: string, context: typeof modules) => string | null);
  expect(["list", "marked"].map((each) => named.map((nameOf) => nameOf(each, modules)))).toEqual([[null, "chat"], ["formatting", "chat"]]);
});

it("keeps together what the chat needs at once, also where a dialog needs it too, and nothing else", () => {
  const modules = graph({ "ChatPage.vue": ["rooms", "list"], list: ["rooms"], dialog: ["rooms", "form"] });
  const [start, , chat] = chunks().groups ?? [];
  expect(start).toMatchObject({ name: "start", tags: ["$initial"] });
  const nameOf = chat?.name as (moduleId: string, context: typeof modules) => string | null;
  expect(["rooms", "list", "dialog", "form"].map((each) => nameOf(each, modules))).toEqual(["chat", "chat", null, null]);
  expect(modules.asked[0]).toEqual(CHAT);
});
