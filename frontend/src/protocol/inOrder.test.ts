import fc from "fast-check";
import { expect, it } from "vitest";
import type { Action, Actions } from "./frames";
import { inOrder } from "./inOrder";

/** What is on its way is taken, or lost, in whatever order the server likes. */
const step = fc.oneof(
  fc.record({ sets: fc.constantFrom("setNotify" as const, "setChoices" as const, "markRead" as const), roomId: fc.constantFrom("ops", "design") }),
  fc.record({ answers: fc.nat(9), isLost: fc.boolean() }),
);
const settled = () => new Promise((resolve) => setTimeout(resolve));

it("has the server end with what was set last, of each thing, whatever it takes first and what is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const ordered = inOrder();
      const has = new Map<string, number>();
      const arrived: { take: () => void; lose: () => void }[] = [];
      const taken = new Map<string, number[]>();
      const answer = async (index: number, isLost: boolean): Promise<void> => {
        const [one] = arrived.splice(index % arrived.length, 1);
        if (one) (isLost ? one.lose : one.take)();
        await settled();
      };
      for (const [value, each] of steps.entries()) {
        if ("answers" in each) {
          await answer(each.answers, each.isLost);
          continue;
        }
        const { sets, roomId } = each;
        const work = () =>
          new Promise<void>((resolve, reject) => {
            const take = () => (has.set(roomId, value), resolve());
            arrived.push({ take, lose: () => reject(new Error("lost")) });
          });
        const note = () => void taken.set(roomId, [...(taken.get(roomId) ?? []), value]);
        const data = sets === "markRead" ? { roomId, sortKey: String(value) } : { roomId };
        void ordered(sets as Action, data as Actions[Action], work).then(note, () => undefined);
      }
      while (arrived.length > 0) await answer(0, false);
      for (const [roomId, values] of taken) {
        expect(values).toEqual(values.toSorted((one, other) => one - other));
        expect(has.get(roomId)).toBe(values.at(-1));
      }
    }),
  );
});

it("holds up nothing else: other things, and what sets nothing", async () => {
  const ordered = inOrder();
  const begun: string[] = [];
  const never = (name: string) => () => (begun.push(name), new Promise<void>(() => undefined));
  void ordered("setNotify", { roomId: "ops", notify: "all" }, never("ops"));
  void ordered("setNotify", { roomId: "ops", notify: "none" }, never("ops again"));
  void ordered("setNotify", { roomId: "design", notify: "all" }, never("design"));
  void ordered("updateRoom", { roomId: "ops", title: "Ops" }, never("title"));
  void ordered("muteMember", { roomId: "ops", userId: "bob", seconds: 60 }, never("bob"));
  void ordered("muteMember", { roomId: "ops", userId: "eve", seconds: 60 }, never("eve"));
  void ordered("react", { roomId: "ops", sortKey: "1", emoji: "+", on: true }, never("one"));
  void ordered("react", { roomId: "ops", sortKey: "2", emoji: "+", on: true }, never("other"));
  void ordered("getMessages", { roomId: "ops" }, never("page"));
  void ordered("getMessages", { roomId: "ops" }, never("page"));
  await settled();
  expect(begun).toEqual(["ops", "design", "title", "bob", "eve", "one", "other", "page", "page"]);
});
