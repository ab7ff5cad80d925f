import { flushPromises } from "@vue/test-utils";
import { beforeEach, expect, it } from "vitest";
import { nextTick } from "vue";
import type { Member } from "@/protocol/frames";
import { applyAnswer, applyChanges } from "@/protocol/presence/presence";
import { useAccountStore } from "@/stores/account";
import { useConnectionStore } from "@/stores/connection";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";
import { layOut } from "@/testing/layout";
import { NOW } from "@/testing/messages";
import { button, fakeChat, ME, mountPage } from "@/testing/page";
import MemberRow from "./MemberRow.vue";
import MembersPanel from "./MembersPanel.vue";

const chat = fakeChat();
const panel = (locale: "en" | "de" = "en") => mountPage(MembersPanel, { props: { roomId: "global" }, chat, locale });
const named = (username: string): Member => ({ userId: username.toLowerCase(), username });

async function answered(members: Member[] | null, online = members?.length ?? 0, more = false): Promise<void> {
  const answer = { roomId: "global", members, online, more, at: NOW };
  usePresenceStore().update("global", (presence) => applyAnswer(presence, answer));
  await drawn();
}
/** The list measures itself in the next frame, then draws. */
async function drawn(): Promise<void> {
  await new Promise(requestAnimationFrame);
  await flushPromises();
}
const shown = (page: ReturnType<typeof panel>) => page.findAll("[data-testid=member-name]").map((row) => row.text());

beforeEach(() => layOut({ itemHeight: 44, height: 600 }));

it("lists who is online, oneself first, then by name as the language orders them", async () => {
  const page = panel();
  await answered([named("Zoe"), named("ärne"), ME, named("Bob")]);
  expect(shown(page)).toEqual(["Me(you)", "ärne", "Bob", "Zoe"]);
  expect(page.get("[data-testid=member-count]").text()).toBe("4");
});

it("shows what somebody says of themselves, which turns nothing around", async () => {
  const page = panel();
  await answered([ME, named("Bob")]);
  useProfilesStore().learn({ userId: "bob", handle: "bob", displayName: "Bob", status: "away\u202E until <b>May</b>" });
  await drawn();
  expect(page.findAll("[data-testid=status]").map((status) => status.text())).toEqual(["· away until <b>May</b>"]);
});

it("keeps a line for the handle until it is known, or that there is none", async () => {
  const page = panel();
  await answered([ME, named("Bob")]);
  const lines = () => page.findAll("[data-testid=member]")[1]?.findAll(".h-4\\.5").length;
  expect(lines()).toBe(1);
  useProfilesStore().learnAnswer(["bob"], []);
  await drawn();
  expect(lines()).toBe(0);
});

it("keeps the order of those who are called alike, whatever that of an answer", async () => {
  const page = panel();
  const alike = Array.from({ length: 5 }, (_, index): Member => ({ userId: `twin-${index}`, username: "Twin" }));
  const ids = () => page.findAllComponents(MemberRow).map((row) => (row.props("member") as Member).userId);
  await answered(alike);
  const before = ids();
  await answered(alike.toReversed());
  expect([before.length, ids()]).toEqual([6, before]);
});

it("follows who comes and goes", async () => {
  const page = panel();
  await answered([ME, named("Bob")]);
  const changes = [
    { ...named("Bob"), online: false, at: NOW + 1 },
    { ...named("Carol"), online: true, at: NOW + 2 },
  ];
  usePresenceStore().update("global", (presence) => applyChanges(presence, changes));
  await drawn();
  expect(shown(page)).toEqual(["Me(you)", "Carol"]);
});

it("counts oneself even where the server does not know it yet, and says when nobody else is there", async () => {
  const page = panel();
  await answered([]);
  expect(shown(page)).toEqual(["Me(you)"]);
  expect(page.text()).toContain("Nobody else is here right now.");
});

it("shows only the number of a large room, and that there are more than were counted", async () => {
  const page = panel("de");
  await answered(null, 1_000, true);
  expect(page.get("[data-testid=member-count]").text()).toBe("1.000+ online");
  expect(shown(page)).toEqual([]);
});

it("says that it is loading, and offers to try again when that failed", async () => {
  const page = panel();
  expect(page.get("[role=status]").text()).toBe("Loading members…");
  usePresenceStore().fail("global");
  await nextTick();
  await button(page, "Try again").trigger("click");
  expect(chat.askMembers).toHaveBeenCalledExactlyOnceWith("global");
  await answered([ME]);
  expect(shown(page)).toEqual(["Me(you)"]);
});

it("says while there is no connection that the list is not up to date", async () => {
  const page = panel();
  await answered([ME]);
  useConnectionStore().change({ kind: "offline" });
  await nextTick();
  expect(page.text()).toContain("As of the last connection");
  expect(page.find("[data-testid=member] .bg-success").exists()).toBe(false);
});

it("waits for nothing where there is no connection to ask over", async () => {
  const page = panel();
  useConnectionStore().change({ kind: "offline" });
  await nextTick();
  expect(page.text()).toContain("could not be loaded");
  expect(page.text()).not.toContain("As of the last connection");
  expect([page.find("[role=status]").exists(), page.text().includes("Try again")]).toEqual([false, false]);
  useConnectionStore().change({ kind: "online" });
  await nextTick();
  expect(page.get("[role=status]").text()).toBe("Loading members…");
});

it("keeps a long list out of the page but for what shows", async () => {
  const page = panel();
  await answered(Array.from({ length: 500 }, (_, index) => named(`Guest ${index}`)));
  expect(page.get("[data-testid=member-count]").text()).toBe("501");
  expect(shown(page).length).toBeGreaterThan(10);
  expect(shown(page).length).toBeLessThan(50);
});

it("shows names without what hides in them, and says of nameless people that they are", async () => {
  const page = panel();
  await answered([{ userId: "1", username: "\u202eevE" }, { userId: "2", username: "\u200b" }]);
  expect(shown(page).sort()).toEqual(["Me(you)", "No name", "evE"]);
});

it("shows oneself under a new name at once", async () => {
  const page = panel();
  await answered([ME]);
  useAccountStore().signedIn({ ...ME, username: "Me the Second" });
  await drawn();
  expect(shown(page)).toEqual(["Me the Second(you)"]);
});
