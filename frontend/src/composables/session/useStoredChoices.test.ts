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
  localStorage.setItem(KEY, JSON.stringify({ muted: ["ops"] }));
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
  expect([...choices.muted]).toEqual(["ops"]);
});

it.each(["", "null", "[]", '{"muted": "ops"}', '{"muted": [1, "two words"]}'])("has chosen nothing where %j is stored", (text) => {
  localStorage.setItem(KEY, text);
  expect([...open().muted]).toEqual([]);
});

it("keeps nothing of one user for the next", () => {
  open().choose("muted", "ops", true);
  scope.stop();
  scope = effectScope();
  const choices = useRoomChoicesStore();
  scope.run(() => useStoredChoices("you"));
  expect([...choices.muted]).toEqual([]);
});
