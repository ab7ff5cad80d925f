import { expect, it } from "vitest";
import { followsEnd } from "./followEnd";

const at = (offset: number, size = 1_000, viewport = 100) => ({ offset, size, viewport });
const END = at(900);

it.each([
  ["one scrolls up", true, END, at(800), false],
  ["one scrolls up further", false, at(800), at(700), false],
  ["one scrolls down, but not to the end", false, at(700), at(800), false],
  ["one scrolls down to the end", false, at(800), at(890), true],
  ["messages come in below", true, END, at(900, 1_200), true],
  ["old messages are let go of", true, END, at(500, 700), true],
  ["the composer grows by a line", true, END, at(900, 1_000, 78), true],
  ["the composer grows, and the browser moved the list meanwhile", true, END, at(878, 1_000, 78), true],
  ["the composer shrinks again", true, at(922, 1_000, 78), at(900, 1_000, 100), true],
  ["a phone's keyboard opens", true, at(300, 1_000, 700), at(300, 1_000, 400), true],
  ["the composer grows while one reads further up", false, at(500), at(500, 1_000, 78), false],
])("when %s", (_, followed, before, now, follows) => expect(followsEnd(followed, before, now)).toBe(follows));
