import { expect, it } from "vitest";
import { codePoints } from "./codePoints";

it.each([
  ["", 0],
  ["abc", 3],
  ["😀", 1],
  ["👩‍👩‍👧", 5],
])("counts %s as the server does", (text, count) => expect(codePoints(text)).toBe(count));
