import fc from "fast-check";
import { expect, it } from "vitest";
import { newMessageId, timeOfMessageId } from "./messageId";

it("carries its time and is a UUID of version 7", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (time) => {
      const id = newMessageId(time);
      expect(timeOfMessageId(id)).toBe(time);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});
