import { DOMWrapper, flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { useChanging } from "@/composables/conversation/useChanging";
import { RequestRefused } from "@/protocol/errors";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import RemoveDialog from "./RemoveDialog.vue";

const said = message(NOW, { content: "**oops**" });

async function open() {
  const chat = fakeChat();
  const page = mountPage(RemoveDialog, { chat });
  useChanging().removed.value = said;
  await flushPromises();
  const dialog = () => new DOMWrapper(document.body).find("[role=dialog]");
  const press = (name: string) => dialog().findAll("button").find((each) => each.text() === name)?.trigger("click");
  return { chat, page, dialog, press };
}

it("deletes a message once that is confirmed", async () => {
  const { chat, page, dialog, press } = await open();
  expect(dialog().text()).toContain("oops");
  await press("Delete");
  await flushPromises();
  expect(chat.remove).toHaveBeenCalledExactlyOnceWith(said);
  expect([page.emitted("removed"), dialog().exists()]).toEqual([[[said.sortKey]], false]);
});

it("deletes nothing otherwise", async () => {
  const { chat, dialog, press } = await open();
  await press("Keep it");
  await flushPromises();
  expect(chat.remove).not.toHaveBeenCalled();
  expect(dialog().exists()).toBe(false);
});

it("says why a message stays", async () => {
  const { chat, dialog, press } = await open();
  vi.mocked(chat.remove).mockRejectedValue(new RequestRefused("FORBIDDEN"));
  await press("Delete");
  await flushPromises();
  expect(dialog().get("[role=alert]").text()).toBe("Your role does not allow that.");
});
