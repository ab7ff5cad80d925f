import { expect, it, vi } from "vitest";
import { nextTask } from "./nextTask";

it("lets the promises that are settled go on first, and so ends the task", async () => {
  const order: string[] = [];
  const next = nextTask().then(() => order.push("next task"));
  await Promise.resolve().then(() => Promise.resolve()).then(() => order.push("this task"));
  await next;
  expect(order).toEqual(["this task", "next task"]);
});

it("goes on before what else waits, where the browser can", async () => {
  const yieldOnce = vi.fn(async () => undefined);
  vi.stubGlobal("scheduler", { yield: yieldOnce });
  await nextTask();
  expect(yieldOnce).toHaveBeenCalledOnce();
});
