import { createPinia, setActivePinia } from "pinia";
import { expect, it } from "vitest";
import { mount } from "@vue/test-utils";
import { defineComponent } from "vue";
import { createTranslations } from "@/i18n";
import { restart } from "@/protocol/rooms/timeline";
import { useRoomsStore } from "@/stores/rooms";
import { messages } from "@/testing/messages";
import { useUnreadTitle } from "./useUnreadTitle";

it("counts what is unread, as long as somebody is signed in", async () => {
  setActivePinia(createPinia());
  const Page = defineComponent({ setup: () => useUnreadTitle("me"), template: "<p />" });
  const page = mount(Page, { global: { plugins: [createTranslations("en")] } });
  useRoomsStore().update("global", (timeline) => restart(timeline, messages(2), true));
  await page.vm.$nextTick();
  expect(document.title).toBe("(2) global · Serverless Chat");
  page.unmount();
  expect(document.title).toBe("Serverless Chat");
});
