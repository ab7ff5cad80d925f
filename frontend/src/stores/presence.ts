import { defineStore } from "pinia";
import { shallowReactive } from "vue";
import { UNKNOWN_PRESENCE, type Presence } from "@/protocol/presence/presence";
import { NOBODY, type Typists } from "@/protocol/presence/typing";

/** Who is online and who types, by room. */
export const usePresenceStore = defineStore("presence", () => {
  const presences = shallowReactive(new Map<string, Presence>());
  const typists = shallowReactive(new Map<string, Typists>());
  /** Rooms whose members could not be asked for, the last time it was tried. */
  const failed = shallowReactive(new Set<string>());

  function ofRoom(roomId: string): Presence {
    return presences.get(roomId) ?? UNKNOWN_PRESENCE;
  }

  function update(roomId: string, change: (presence: Presence) => Presence): void {
    presences.set(roomId, change(ofRoom(roomId)));
    if (ofRoom(roomId).answer) failed.delete(roomId);
  }

  function fail(roomId: string): void {
    failed.add(roomId);
  }

  function typistsOf(roomId: string): Typists {
    return typists.get(roomId) ?? NOBODY;
  }

  function updateTyping(roomId: string, change: (typists: Typists) => Typists): void {
    typists.set(roomId, change(typistsOf(roomId)));
  }

  /** Keep nothing of one user for the next. */
  function clear(): void {
    presences.clear();
    typists.clear();
    failed.clear();
  }

  return { failed, ofRoom, update, fail, typistsOf, updateTyping, clear };
});
