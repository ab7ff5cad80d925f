import { flushPromises } from "@vue/test-utils";
import { nextTick } from "vue";
import { expect, it, vi } from "vitest";
import { RequestRefused } from "@/protocol/errors";
import { NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import EarlierTexts from "./EarlierTexts.vue";

const props = { roomId: "ops", sortKey: `${NOW}#m` };

function open(texts: string[], locale: "en" | "de" = "en") {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "versions", data: { ...props, texts } });
  return { chat, page: mountPage(EarlierTexts, { chat, props, locale }) };
}

it("shows the texts as they were written, markup and all", async () => {
  const hostile = "<img src=x onerror=alert(1)>\n**bold** \u202egnp.exe";
  const { chat, page } = open([hostile, "second"]);
  await nextTick();
  expect(page.get("[role=status]").text()).toBe("Looking for earlier texts…");
  await flushPromises();
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("listVersions", props);
  expect(page.findAll("[data-testid=version]").map((each) => each.element.textContent)).toEqual([hostile, "second"]);
  expect(page.find("[data-testid=version] bdi").exists()).toBe(true);
  expect(page.find("img").exists()).toBe(false);
});

it.each([
  ["en", "No earlier text is kept."],
  ["de", "Es ist kein früherer Text aufbewahrt."],
] as const)("says in %s that there is none", async (locale, text) => {
  const { page } = open([], locale);
  await flushPromises();
  expect(page.get("[role=status]").text()).toBe(text);
});

it("says why they could not be read, and tries again", async () => {
  const { chat, page } = open(["first"]);
  vi.mocked(chat.ask).mockReset().mockRejectedValueOnce(new RequestRefused("FORBIDDEN"));
  const refused = mountPage(EarlierTexts, { chat, props });
  await flushPromises();
  expect(refused.get("[role=alert]").text()).toBe("Only moderators of the room see that.");
  vi.mocked(chat.ask).mockResolvedValue({ type: "versions", data: { ...props, texts: ["first"] } });
  await refused.get("button").trigger("click");
  await flushPromises();
  expect(refused.get("[data-testid=version]").text()).toBe("first");
  page.unmount();
});
