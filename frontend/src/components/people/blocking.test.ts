import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { nextTick } from "vue";
import BlockedUsers from "@/components/account/BlockedUsers.vue";
import { useBlocksStore } from "@/stores/blocks";
import { useProfilesStore } from "@/stores/profiles";
import { button, fakeChat, ME, mountPage } from "@/testing/page";
import BlockToggle from "./BlockToggle.vue";

it("blocks somebody, and takes it back", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "ack" });
  const page = mountPage(BlockToggle, { chat, props: { userId: "b0b", name: "Bob" } });
  await button(page, "Block Bob").trigger("click");
  await flushPromises();
  expect([...useBlocksStore().users]).toEqual(["b0b"]);
  await button(page, "Unblock Bob").trigger("click");
  await flushPromises();
  expect([...useBlocksStore().users]).toEqual([]);
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["blockUser", { userId: "b0b" }], ["unblockUser", { userId: "b0b" }]]);
});

it("offers nobody to block themselves", () => {
  expect(mountPage(BlockToggle, { props: { userId: ME.userId, name: "Me" } }).find("button").exists()).toBe(false);
});

it("lists whom one blocks by their names, and lets who was unblocked be blocked again", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "ack" });
  const page = mountPage(BlockedUsers, { chat });
  expect(page.text()).toContain("Nobody.");
  useProfilesStore().learn({ userId: "b0b", handle: "bob", displayName: "Bob", status: "" });
  useBlocksStore().put("b0b", true);
  await nextTick();
  expect(page.get("[data-testid=blocked-user]").text()).toContain("Bob@bob");
  await button(page, "Unblock Bob").trigger("click");
  await flushPromises();
  expect(button(page, "Block Bob").exists()).toBe(true);
});

it("says of whom one blocks that their account was deleted, and lets them be taken out", async () => {
  const chat = fakeChat();
  vi.mocked(chat.ask).mockResolvedValue({ type: "ack" });
  const page = mountPage(BlockedUsers, { chat });
  useBlocksStore().put("gone", true);
  await nextTick();
  expect(page.get("[data-testid=blocked-user]").text()).toContain("…");
  useProfilesStore().learnAnswer(["gone"], []);
  await nextTick();
  expect(page.get("[data-testid=blocked-user]").text()).toContain("Deleted account");
  await button(page, "Unblock Deleted account").trigger("click");
  await flushPromises();
  expect(vi.mocked(chat.ask).mock.calls).toEqual([["unblockUser", { userId: "gone" }]]);
  expect(page.find("[data-testid=blocked-user]").exists()).toBe(false);
});
