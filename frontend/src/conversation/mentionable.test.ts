import { expect, it } from "vitest";
import { mentionable, openMention, type Person } from "./mentionable";

const person = (handle: string, name: string, present = false): Person => ({ userId: handle, handle, name, present });
const PEOPLE = [person("bob", "Robert Gray"), person("bobby", "Bobby"), person("al.ice", "Alice Bo", true), person("µx", "Müller")];
const handles = (word: string, most = 9) => mentionable(word, PEOPLE, most).map(({ handle }) => handle);

it.each([
  ["hi @bo", { start: 3, word: "bo" }],
  ["(@Bo", { start: 1, word: "bo" }],
  ["@", { start: 0, word: "" }],
  ["bob@ex", null],
  ["a/@bo", null],
  ["\\@bo", null],
  ["@bo ", null],
])("of %j is being written", (before, expected) => expect(openMention(before)).toEqual(expected));

it("finds by handle and by each word of a name, those who are there first", () => {
  expect(handles("bo")).toEqual(["al.ice", "bob", "bobby"]);
  expect(handles("gr")).toEqual(["bob"]);
  expect(handles("bo", 2)).toEqual(["al.ice", "bob"]);
  expect(handles("xx")).toEqual([]);
});

it("offers nobody before the first letter, nor whose handle is written already", () => {
  expect(handles("")).toEqual([]);
  expect(handles("bobby")).toEqual([]);
  expect(handles("bob")).toEqual(["bob", "bobby"]);
});

it("orders those who are alike by their handles", () => {
  const alike = ["mo", "max", "mia"].map((handle) => person(handle, handle));
  expect(mentionable("m", alike, 9).map(({ handle }) => handle)).toEqual(["max", "mia", "mo"]);
});
