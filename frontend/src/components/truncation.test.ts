/** What is cut off is cut at its end, whatever its direction: the element that is cut has the direction of its own text. */
import { globSync, readFileSync } from "node:fs";
import { parse, type ElementNode, type TemplateChildNode } from "@vue/compiler-dom";
import { expect, it } from "vitest";

const files = globSync("src/components/**/*.vue");
/** What people have written, or what they are called. */
const WRITTEN = /titleOf|nameOf|plainText|\bdraft\b|\btopic\b|(?<!\.)\bname\b/;

function isCut(node: ElementNode): boolean {
  const given = node.props.find(({ name }) => name === "class");
  return given?.type === 6 && /(^|\s)truncate(\s|$)/.test(given.value?.content ?? "");
}

/** Texts of people that an element of the page's own direction cuts off. */
function cutAtTheirBeginning(nodes: readonly TemplateChildNode[], cut: ElementNode | null = null): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 5) return cut && cut.tag !== "bdi" && WRITTEN.test(node.loc.source) ? [node.loc.source] : [];
    if (node.type !== 1) return [];
    const within = isCut(node) ? node : cut;
    const nested = node.tag === "bdi" && within !== null && within !== node ? [node.loc.source] : [];
    return [...nested, ...cutAtTheirBeginning(node.children, within)];
  });
}

it.each(files)("%s", (file) => {
  const template = /<template>[^]*<\/template>/.exec(readFileSync(file, "utf8"))?.[0] ?? "";
  expect(cutAtTheirBeginning(parse(template).children)).toEqual([]);
});
