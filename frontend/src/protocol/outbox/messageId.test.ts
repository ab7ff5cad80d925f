import fc from "fast-check";
import { v4 } from "uuid";
import { afterEach, expect, it, vi } from "vitest";
import { newMessageId, timeOfMessageId } from "./messageId";

afterEach(() => void vi.unstubAllGlobals());

it("carries its time and is a UUID of version 7", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (time) => {
      const id = newMessageId(time);
      expect(timeOfMessageId(id)).toBe(time);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

it("needs nothing that a browser keeps from a page without https, as on a LAN address", () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(newMessageId(0)).not.toBe(newMessageId(0));
  expect(v4()).not.toBe(v4());
});
