import { expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { byRoom } from "./searchResults";

it("puts the room with the newest message first, and in each room the newest", () => {
  const at = (minute: number, roomId: string) => message(NOW + minute * 60_000, { roomId });
  const [first, second, third, fourth] = [at(1, "ops"), at(2, "global"), at(3, "ops"), at(4, "global")];
  const expected = [
    { roomId: "global", messages: [fourth, second] },
    { roomId: "ops", messages: [third, first] },
  ];
  expect(byRoom([first, second, third, fourth])).toEqual(expected);
  expect(byRoom([fourth, third, second, first])).toEqual(expected);
  expect(byRoom([])).toEqual([]);
});
