import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it } from "vitest";
import { effectScope, nextTick, type EffectScope, type Ref } from "vue";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { useJump } from "@/composables/conversation/useJump";
import { useRoomAddress } from "./useRoomAddress";
import { useRoomNotice, type RoomNotice } from "./useRoomNotice";

let scope: EffectScope;
let rooms: ReturnType<typeof useRoomsStore>;
let notice: Ref<RoomNotice | null>;

function open(hash: string): void {
  history.replaceState(null, "", hash || location.pathname);
  scope.run(() => {
    notice = useRoomNotice();
    useRoomAddress();
  });
}
const dismiss = () => (notice.value = null);
function go(hash: string, state: unknown = null): void {
  history.replaceState(state, "", hash);
  window.dispatchEvent(new Event("hashchange"));
}

beforeEach(() => {
  setActivePinia(createPinia());
  rooms = useRoomsStore();
  scope = effectScope();
});
afterEach(() => scope.stop());

it("enters the room of a link to a message, and asks to be led there", () => {
  open("#/rooms/ops/m/1764000000000%23a");
  expect([rooms.active, location.hash]).toEqual(["ops", "#/rooms/ops"]);
  const jump = scope.run(useJump);
  expect(jump?.value).toEqual({ kind: "message", roomId: "ops", sortKey: "1764000000000#a" });
});

it("leads to no message in a room that was left", () => {
  open("");
  go("#/rooms/ops/m/1764000000000%23a", { shown: true });
  expect([rooms.active, notice.value?.kind]).toEqual([DEFAULT_ROOM, "notIn"]);
  expect(scope.run(useJump)?.value).toBeNull();
});

it("enters the room of a link", () => {
  open("#/rooms/ops");
  expect([rooms.active, notice.value]).toEqual(["ops", null]);
});

it.each(["#/rooms/%E0%A4%A", "#/rooms/%", `#/rooms/${"a".repeat(65)}`, "#/rooms/two%20words", "#elsewhere"])(
  "stays where it is and explains a link like %s, opened or followed",
  (hash) => {
    open(hash);
    expect([rooms.active, location.hash, notice.value?.kind]).toEqual([DEFAULT_ROOM, "#/rooms/global", "invalid"]);
    dismiss();
    go(hash);
    expect([rooms.active, location.hash, notice.value?.kind]).toEqual([DEFAULT_ROOM, "#/rooms/global", "invalid"]);
  },
);

it("asks whether another case means another room", () => {
  open("#/rooms/Global");
  expect(rooms.joined).toEqual([DEFAULT_ROOM]);
  expect(notice.value).toEqual({ kind: "otherCase", roomId: "Global", known: DEFAULT_ROOM });
});

it("does not join a left room again when one goes back to it", async () => {
  open("#/rooms/ops");
  const state = history.state;
  rooms.leave("ops");
  await nextTick();
  go("#/rooms/ops", state);
  expect([rooms.joined, rooms.active, notice.value]).toEqual([[DEFAULT_ROOM], DEFAULT_ROOM, { kind: "notIn", roomId: "ops" }]);
});

it("shows the room one goes back to, and the address follows the room", async () => {
  open("");
  rooms.activate("ops");
  await nextTick();
  expect(location.hash).toBe("#/rooms/ops");
  go("#/rooms/global", history.state);
  expect(rooms.active).toBe(DEFAULT_ROOM);
});
