import fc from "fast-check";
import { expect, it } from "vitest";
import { announcements, shortened, type Arrival, type Wording } from "./announcements";

const words: Wording = {
  said: (name, content) => `${name}: ${content}`,
  repeated: (name, content, count) => `${name}: ${content} ×${count}`,
  several: (count, name, content) => `${count} new, last ${name}: ${content}`,
  mentions: (name) => `${name} means you`,
  mentionsElsewhere: (name, roomId) => `${name} means you in ${roomId}`,
  elsewhere: (count, roomId) => `${count} in ${roomId}`,
  elsewhereInAll: (count) => `${count} elsewhere`,
};
const here = (content: string, name = "Bob"): Arrival => ({ roomId: "global", name, content });
const there = (roomId: string): Arrival => ({ roomId, name: "Bob", content: "hi" });
const told = (arrivals: Arrival[]) => announcements(arrivals, "global", words);

it.each([
  ["one message", [here("hi")], ["Bob: hi"]],
  ["a few, in order", [here("a"), here("b", "Eve"), here("c")], ["Bob: a", "Eve: b", "Bob: c"]],
  ["the same text again, with its count", [here("yes"), here("yes"), here("yes")], ["Bob: yes ×3"]],
  ["a burst by its number and its last", Array.from({ length: 16 }, (_, at) => here(`m${at}`)), ["16 new, last Bob: m15"]],
  ["other rooms by their number", [there("ops"), there("ops"), there("dev")], ["2 in ops", "1 in dev"]],
  ["many other rooms in one", ["a", "b", "c"].map(there), ["3 elsewhere"]],
  ["a mention, by whom", [{ ...here("hi @me"), addressed: true }, here("hi")], ["Bob means you: hi @me", "Bob: hi"]],
  [
    "mentions in other rooms, a few by whom, and of the rest the number",
    [...["a", "a", "b", "c"].map((roomId) => ({ ...there(roomId), addressed: true })), there("a")],
    ["Bob means you in a", "Bob means you in b", "1 in c", "1 in a"],
  ],
  ["both", [there("ops"), here("hi")], ["Bob: hi", "1 in ops"]],
])("tells of %s", (_, arrivals, lines) => expect(told(arrivals)).toEqual(lines));

it("cuts a long text at a word", () => {
  expect(shortened("word ".repeat(300))).toMatch(/^(word )+word…$/);
  expect(shortened("x".repeat(1_500)).length).toBeLessThan(170);
});

it("counts every message, and says a few lines at most", () => {
  const arrival = fc.record({ roomId: fc.constantFrom("global", "a", "b"), name: fc.constantFrom("x", "y"), content: fc.constantFrom("1", "2") });
  const count = { ...words, said: () => "1", repeated: (_: string, __: string, n: number) => `${n}`, several: (n: number) => `${n}`, elsewhere: (n: number) => `${n}`, elsewhereInAll: (n: number) => `${n}` };
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 40 }), (arrivals) => {
      const lines = announcements(arrivals, "global", count);
      expect(lines.reduce((sum, line) => sum + Number(line), 0)).toBe(arrivals.length);
      expect(lines.length).toBeLessThanOrEqual(6);
    }),
  );
});
