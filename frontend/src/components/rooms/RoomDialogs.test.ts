import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { useRoomDialog, type RoomDialog } from "@/composables/rooms/useRoomDialog";
import { useRoomsStore } from "@/stores/rooms";
import { button, fakeChat, field, mountPage } from "@/testing/page";
import RoomDialogs from "./RoomDialogs.vue";

/** A dialog stands outside of the component that opens it. */
const body = () => new DOMWrapper(document.body) as never;
const ROOM = { roomId: "book-club", kind: "public" as const, title: "Book club", topic: "", createdAt: 1 };
let page: ReturnType<typeof mountPage> | undefined;
afterEach(() => page?.unmount());

async function open(dialog: RoomDialog) {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockImplementation(async (action) =>
    action === "listRooms" ? { type: "rooms", data: { rooms: [], nextCursor: null } } : { type: "room", data: ROOM },
  );
  const Page = defineComponent({
    setup() {
      useRoomDialog().value = dialog;
      return () => [h("textarea", { "data-testid": "composer" }), h(RoomDialogs)];
    },
  });
  page = mountPage(Page, { chat });
  await flushPromises();
  return chat;
}

it("leads from the directory to the form of a new room, with the focus in it, and into the room", async () => {
  await open({ kind: "directory" });
  expect(document.body.textContent).toContain("There are no public rooms yet.");
  await button(body(), "Create a room").trigger("click");
  await flushPromises();
  expect(document.activeElement).toBe(field(body(), "Title").element);
  await field(body(), "Title").setValue("Book club");
  await new DOMWrapper(document.body).get("form").trigger("submit");
  await flushPromises();
  expect(useRoomsStore().active).toBe("book-club");
  expect(document.querySelector("[role=dialog]")).toBeNull();
});

it("asks anew for a room that was refused before it was entered by invitation", async () => {
  await open({ kind: "invite", code: "x".repeat(22) });
  const rooms = useRoomsStore();
  rooms.activate("book-club");
  rooms.refuse("book-club", "FORBIDDEN");
  const moves: (readonly string[])[] = [];
  rooms.$subscribe(() => moves.push([...rooms.joined]), { flush: "sync" });
  await new DOMWrapper(document.body).get("form").trigger("submit");
  await flushPromises();
  expect(moves).toContainEqual(["global"]);
  expect([rooms.active, rooms.refusals.size]).toEqual(["book-club", 0]);
});

it("goes away when it is declined, and leaves the rooms alone", async () => {
  await open({ kind: "invite", code: "x".repeat(22) });
  await button(body(), "Not now").trigger("click");
  await flushPromises();
  expect(document.querySelector("[role=dialog]")).toBeNull();
  expect(useRoomsStore().joined).toEqual(["global"]);
});

it.each([
  ["what is searched, from the switcher", async () => new DOMWrapper(document.body).get("[data-testid=switcher]").trigger("keydown", { key: "Enter" }), "search-field"],
  ["another dialog that a key opens", async () => void (useRoomDialog().value = { kind: "search", roomId: "global", words: "" }), "search-field"],
  ["the other way round", async () => void (useRoomDialog().value = { kind: "switcher" }), "switcher"],
])("has the focus in the first field of %s", async (_, next, focused) => {
  await open(focused === "switcher" ? { kind: "search", roomId: "global", words: "" } : { kind: "switcher" });
  await new DOMWrapper(document.body).get("input").setValue("tea");
  await next();
  await flushPromises();
  expect((document.activeElement as HTMLElement).dataset["testid"]).toBe(focused);
});
