import { nextTick } from "vue";
import { expect, it, vi } from "vitest";
import { receiveNotices } from "@/protocol/rooms/notices";
import { restart } from "@/protocol/rooms/timeline";
import { newMessageId } from "@/protocol/outbox/messageId";
import { useConnectionStore } from "@/stores/connection";
import { useOutboxStore } from "@/stores/outbox";
import { useRoomsStore } from "@/stores/rooms";
import { layOut } from "@/testing/layout";
import { notice } from "@/testing/log";
import { messages, NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import MessageList from "./MessageList.vue";

const open = () => mountPage(MessageList, { props: { roomId: "global" } });
const load = () => useRoomsStore().update("global", (timeline) => restart(timeline, [], false));

it("is a log that is not read aloud while one scrolls, busy until something is loaded", async () => {
  const list = open().get("[data-testid=messages]");
  expect(list.attributes()).toMatchObject({ role: "log", "aria-live": "off", "aria-label": "Messages in global", "aria-busy": "true" });
  load();
  await nextTick();
  expect(list.attributes("aria-busy")).toBe("false");
});

it("shows what happened in a room where nothing was said, but for its making", async () => {
  const page = open();
  load();
  const noted = (event: string) => {
    const [at] = useRoomsStore().timeline("global").notices.slice(-1);
    const next = notice((at?.createdAt ?? NOW) + 1, { event });
    useRoomsStore().update("global", (timeline) => receiveNotices({ ...timeline, hasOlder: false }, [next]));
    return nextTick();
  };
  await noted("created");
  expect(page.find("[data-testid=empty]").exists()).toBe(true);
  await noted("joined");
  expect(page.find("[data-testid=empty]").exists()).toBe(false);
});

it("shows what is unsent in a room that was closed to one, and nothing else of it", async () => {
  layOut({ itemHeight: 50, height: 500 });
  const page = open();
  useRoomsStore().update("global", (timeline) => restart(timeline, messages(3), true));
  useRoomsStore().refuse("global", "BANNED");
  await nextTick();
  expect(page.get("[role=alert]").text()).toContain("banned");
  useOutboxStore().queue({ clientMessageId: newMessageId(NOW), roomId: "global", content: "my words", failure: "BANNED" });
  // The list measures itself in the next frame, then draws.
  await vi.waitFor(() => page.get("[data-testid=outgoing]"), PATIENCE);
  expect(page.get("[data-testid=outgoing]").text()).toContain("my words");
  expect(page.find("[data-testid=message]").exists()).toBe(false);
});

it("closes the sheet of a message once its room is closed to one", async () => {
  layOut({ itemHeight: 50, height: 100 });
  const page = open();
  useRoomsStore().update("global", (timeline) => restart(timeline, messages(3), true));
  await vi.waitFor(() => page.get("[data-testid=message]"), PATIENCE);
  const press = new MouseEvent("pointerdown", { bubbles: true });
  page.get("[data-testid=message]").element.dispatchEvent(Object.assign(press, { pointerType: "touch" }));
  const sheet = () => document.querySelector("[data-testid=message-sheet]");
  await vi.waitFor(() => expect(sheet()).not.toBeNull(), PATIENCE);
  useRoomsStore().refuse("global", "BANNED");
  await vi.waitFor(() => expect(sheet()).toBeNull(), PATIENCE);
});

it("says that it could not be loaded, not that it is empty, where there never was a connection", async () => {
  const page = open();
  useConnectionStore().change({ kind: "offline" });
  await nextTick();
  expect(page.get("[data-testid=not-loaded]").text()).toContain("There is no connection");
  expect(page.find("[data-testid=empty]").exists()).toBe(false);
  useConnectionStore().change({ kind: "online" });
  load();
  await nextTick();
  expect(page.find("[data-testid=not-loaded]").exists()).toBe(false);
  expect(page.find("[data-testid=empty]").exists()).toBe(true);
});
