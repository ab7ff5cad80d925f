import { mount } from "@vue/test-utils";
import { defineComponent, h, nextTick, shallowRef } from "vue";
import { beforeEach, expect, it, vi } from "vitest";
import { provideTurns, useTurn, useTurnAhead, useTurnsOver } from "./useTurn";

/** Begins the next task. */
let tasks: (() => void)[];
let now: number;
/** The parts drawn so far, in order. */
let drawn: string[];
const parts = shallowRef<[name: string, ahead: boolean][]>([]);

const Part = defineComponent({
  props: { name: { type: String, required: true }, ahead: Boolean },
  setup({ name, ahead }) {
    const come = ahead ? useTurnAhead() : useTurn();
    let told = false;
    return () => {
      if (come.value && !told) drawn.push(name);
      told ||= come.value;
      now += 4;
      return name;
    };
  },
});
const Page = defineComponent(() => {
  const begun = provideTurns();
  return () => [begun.value && "begun", parts.value.map(([name, ahead]) => h(Part, { key: name, name, ahead }))];
});

async function runTask(): Promise<void> {
  tasks.shift()?.();
  for (let each = 0; each < 10; each++) await nextTick();
}

async function runAll(): Promise<void> {
  while (tasks.length > 0) await runTask();
}

beforeEach(() => {
  tasks = [];
  drawn = [];
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("scheduler", { yield: () => new Promise<void>((resolve) => void tasks.push(resolve)) });
});

it("draws the parts in order, after the page, and ends a task that lasts too long", async () => {
  parts.value = [["list", false], ["typing", false], ["composer", false]];
  const page = mount(Page);
  expect([page.text().includes("begun"), drawn]).toEqual([false, []]);
  await runTask();
  expect(page.text()).toContain("begun");
  expect(drawn.length).toBeLessThan(3);
  await runAll();
  expect(drawn).toEqual(["list", "typing", "composer"]);
});

it("draws what goes ahead first, the last of it before the others", async () => {
  parts.value = [["composer", false], ["old row", true], ["new row", true]];
  mount(Page);
  await runAll();
  expect(drawn).toEqual(["new row", "old row", "composer"]);
});

it("leaves out what has gone before its turn", async () => {
  parts.value = [["list", false], ["composer", false]];
  mount(Page);
  parts.value = [["list", false]];
  await runAll();
  expect(drawn).toEqual(["list"]);
});

it("draws at once what comes when the page has opened, but for what goes ahead", async () => {
  parts.value = [];
  mount(Page);
  await runAll();
  parts.value = [["composer", false], ["row", true]];
  await nextTick();
  expect(drawn).toEqual(["composer"]);
  await runAll();
  expect(drawn).toEqual(["composer", "row"]);
});

it("says when all is drawn, and how many turns that took", async () => {
  let over!: () => Promise<number>;
  const Waiting = { setup: () => ((over = useTurnsOver()), () => "") };
  parts.value = [["list", false]];
  mount(defineComponent(() => (provideTurns(), () => [h(Waiting), h(Part, { name: "list" })])));
  const waited = over().then((took) => drawn.push(`over: ${took}`));
  await runAll();
  await waited;
  expect(drawn).toEqual(["list", "over: 2"]);
  expect(await over()).toBe(2);
  mount(Waiting);
  expect(await over()).toBe(0);
});

it("draws at once where nothing provides turns", () => {
  mount(Part, { props: { name: "composer" } });
  mount(Part, { props: { name: "row", ahead: true } });
  expect(drawn).toEqual(["composer", "row"]);
});
