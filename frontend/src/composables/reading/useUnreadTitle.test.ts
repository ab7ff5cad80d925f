import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { mount } from "@vue/test-utils";
import { defineComponent } from "vue";
import { createTranslations } from "@/i18n";
import { restart } from "@/protocol/rooms/timeline";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useRoomsStore } from "@/stores/rooms";
import { messages } from "@/testing/messages";
import { useUnreadTitle } from "./useUnreadTitle";

const PRIVATE = `~p${"1".repeat(32)}`;

beforeEach(() => setActivePinia(createPinia()));

function openPage() {
  const Page = defineComponent({ setup: () => useUnreadTitle("me"), template: "<p />" });
  return mount(Page, { global: { plugins: [createTranslations("en")] } });
}

it("counts what is unread, as long as somebody is signed in", async () => {
  const page = openPage();
  useRoomsStore().update("global", (timeline) => restart(timeline, messages(2), true));
  await page.vm.$nextTick();
  expect(document.title).toBe("(2) global · Serverless Chat");
  page.unmount();
  expect(document.title).toBe("Serverless Chat");
});

it("calls a room by its title, never by an id that the server made", async () => {
  useRoomsStore().activate(PRIVATE);
  const page = openPage();
  expect(document.title).toBe("Private room · Serverless Chat");
  useKnownRoomsStore().learn({ roomId: PRIVATE, kind: "private", title: "Board", topic: "", createdAt: 1 });
  await page.vm.$nextTick();
  expect(document.title).toBe("Board · Serverless Chat");
  page.unmount();
});
