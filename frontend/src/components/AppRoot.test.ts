import { flushPromises, type VueWrapper } from "@vue/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { useAccountStore } from "@/stores/account";
import { useConnectionStore } from "@/stores/connection";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomsStore } from "@/stores/rooms";
import { FakeServer } from "@/testing/fakeServer";
import { message, messages, NOW } from "@/testing/messages";
import { button, fakeCognito, field, ME, mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import AppRoot from "./AppRoot.vue";

let server: FakeServer;
/** Media queries of the page, by their text. */
let media: Map<string, EventTarget & { matches: boolean }>;
const authentication = fakeCognito();

async function signedIn(): Promise<VueWrapper> {
  const page = mountPage(AppRoot, { props: { authentication, websocketUrl: "ws://chat.test/local" } });
  useAccountStore().signedIn(ME);
  await vi.waitUntil(() => useConnectionStore().state.kind === "online", PATIENCE);
  // Its parts are drawn one after the other.
  await vi.waitUntil(() => page.find("[data-testid=composer]").exists(), PATIENCE);
  await flushPromises();
  return page;
}

/** The sign-in has taken the place of the chat. */
async function signedOut(page: VueWrapper): Promise<void> {
  await vi.waitUntil(() => page.text().includes("Password"), PATIENCE);
}

beforeEach(() => {
  server = new FakeServer();
  location.hash = "";
  vi.stubGlobal("WebSocket", function (url: string, protocols: string[]) {
    return server.createWebSocket(url, protocols);
  });
  media = new Map();
  vi.spyOn(window, "matchMedia").mockImplementation((query) => {
    const list = media.get(query) ?? Object.assign(new EventTarget(), { media: query, matches: query.includes("min-width") });
    media.set(query, list);
    return list as unknown as MediaQueryList;
  });
});

it("enters the room of the address and shows how many messages wait elsewhere", async () => {
  server.stored.push(...messages(2, NOW), message(NOW, { roomId: "ops" }));
  location.hash = "#/rooms/ops";
  const page = await signedIn();
  expect(page.get("[data-testid=room-title]").text()).toContain("ops");
  await vi.waitUntil(() => document.title.startsWith("(2) ops"), PATIENCE);
  expect(server.latest.url.searchParams.get("roomId")).toBe("ops");
});

it("shows another room with its own address, and joins it on the same connection", async () => {
  await signedIn();
  useRoomsStore().activate("design");
  await flushPromises();
  expect(location.hash).toBe("#/rooms/design");
  expect(server.sockets).toHaveLength(1);
  expect(server.latest.frames).toContainEqual(expect.objectContaining({ action: "joinRoom", data: { roomId: "design" } }));
});

it("leaves a room on the server, too", async () => {
  await signedIn();
  useRoomsStore().activate("ops");
  await flushPromises();
  useRoomsStore().leave("ops");
  await flushPromises();
  expect(server.latest.frames).toContainEqual(expect.objectContaining({ action: "leaveRoom", data: { roomId: "ops" } }));
  expect(location.hash).toBe("#/rooms/global");
});

it("sends what is typed", async () => {
  const page = await signedIn();
  const composer = page.get("[data-testid=composer]");
  await composer.setValue("  hello  ");
  await composer.trigger("keydown", { key: "Enter" });
  await flushPromises();
  expect(server.stored).toMatchObject([{ content: "hello", roomId: "global" }]);
  expect(useOutboxStore().entries).toEqual([]);
});

it("closes the connection at the sign-out and keeps nothing on the screen", async () => {
  const page = await signedIn();
  const revoked = Promise.withResolvers<undefined>();
  authentication.signOut.mockReturnValueOnce(revoked.promise);

  await button(page, "Sign out").trigger("click");
  await flushPromises();
  expect(server.latest.open).toBe(false);
  expect(page.text()).not.toContain(ME.username);
  // Until the old session is gone, a sign-in form would be an untrue promise: a reload would bring the chat back.
  expect(page.find("form").exists()).toBe(false);
  // Other tabs, and a renewal that is under way, see it at once.
  expect(localStorage.getItem("chat.signedOutAt")).toMatch(/^\d+$/);

  revoked.resolve(undefined);
  await signedOut(page);
  expect(field(page, "Password").isVisible()).toBe(true);
});

it("follows a sign-out in another tab", async () => {
  const page = await signedIn();
  window.dispatchEvent(new StorageEvent("storage", { key: "chat.theme", newValue: "dark" }));
  await flushPromises();
  expect(server.latest.open).toBe(true);
  localStorage.setItem("chat.signedOutAt", "1");
  window.dispatchEvent(new StorageEvent("storage", { key: "chat.signedOutAt", newValue: "1" }));
  await signedOut(page);
  expect(server.latest.open).toBe(false);
  expect(field(page, "Password").isVisible()).toBe(true);
});

it("ends what the browser had put away while another tab signed out, and nothing else that it shows again", async () => {
  localStorage.setItem("chat.signedOutAt", "1");
  const page = await signedIn();
  window.dispatchEvent(new Event("pageshow"));
  await flushPromises();
  expect(server.latest.open).toBe(true);
  localStorage.setItem("chat.signedOutAt", "2");
  window.dispatchEvent(new Event("pageshow"));
  await signedOut(page);
  expect(server.latest.open).toBe(false);
});

it("leads an expired session to the sign-in, and back to the same room with what was unsent", async () => {
  location.hash = "#/rooms/ops";
  const page = await signedIn();
  server.acceptsHandshakes = false;
  server.latest.close(1006);
  await page.get("[data-testid=composer]").setValue("unsent");
  await page.get("[data-testid=composer]").trigger("keydown", { key: "Enter" });
  useAccountStore().sessionExpired();
  await signedOut(page);
  expect(page.text()).toContain("Your session has ended");
  server.acceptsHandshakes = true;
  await field(page, "E-mail or user name").setValue("me");
  await field(page, "Password").setValue("secret");
  await page.get("form").trigger("submit");
  await vi.waitUntil(() => server.stored.length === 1, PATIENCE);
  expect(server.stored).toMatchObject([{ content: "unsent", roomId: "ops" }]);
  expect(page.get("[data-testid=room-title]").text()).toContain("ops");
});

it("has closed the drawer of rooms for a device that is turned, and turned back", async () => {
  const page = await signedIn();
  async function turn(wide: boolean): Promise<void> {
    for (const [query, list] of media) {
      if (!query.includes("min-width")) continue;
      list.matches = wide;
      list.dispatchEvent(Object.assign(new Event("change"), { matches: wide }));
    }
    await flushPromises();
  }
  await turn(false);
  await button(page, "Show rooms").trigger("click");
  const drawers = () => document.querySelectorAll("[role=dialog][data-state=open]").length;
  await vi.waitUntil(() => drawers() === 1, PATIENCE);
  await turn(true);
  await turn(false);
  expect(drawers()).toBe(0);
});
