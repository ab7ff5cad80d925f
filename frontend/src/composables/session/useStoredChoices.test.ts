import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it } from "vitest";
import { effectScope, type EffectScope } from "vue";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { userKey } from "@/tabs/userKeys";
import { useStoredChoices } from "./useStoredChoices";

const KEY = userKey("me", "roomChoices");
let scope: EffectScope;

function open() {
  setActivePinia(createPinia());
  scope.run(() => useStoredChoices("me"));
  return useRoomChoicesStore();
}

beforeEach(() => void (scope = effectScope()));
afterEach(() => scope.stop());

it("remembers what was chosen, also for a room named like a property", () => {
  open().choose("favourites", "constructor", true);
  expect([...open().favourites]).toEqual(["constructor"]);
});

it("follows another tab", () => {
  const choices = open();
  localStorage.setItem(KEY, JSON.stringify({ levels: [["ops", "mentions"]] }));
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
  expect([...choices.levels]).toEqual([["ops", "mentions"]]);
});

it.each([
  ["an earlier version's were told nobody", { favourites: ["ops"], markedUnread: ["design"] }, ["ops", "design"]],
  ["what was told is not told again", { favourites: ["ops"], markedUnread: [], untold: [] }, []],
  ["what was not is", { favourites: ["ops"], markedUnread: [], untold: ["design"] }, ["design"]],
])("knows what the account is to be told: %s", (_, stored, untold) => {
  localStorage.setItem(KEY, JSON.stringify(stored));
  expect([...open().untold]).toEqual(untold);
});

it.each(["", "null", "[]", '{"levels": "ops"}', '{"levels": [1, ["two words", "none"], ["ops", "loud"], ["ops"]]}'])("has chosen nothing where %j is stored", (text) => {
  localStorage.setItem(KEY, text);
  expect([...open().levels]).toEqual([]);
});

it("keeps nothing of one user for the next", () => {
  open().setLevel("ops", "none");
  scope.stop();
  scope = effectScope();
  const choices = useRoomChoicesStore();
  scope.run(() => useStoredChoices("you"));
  expect([...choices.levels]).toEqual([]);
});
