import { nextTick } from "vue";
import { expect, it } from "vitest";
import type { KnownNotice } from "@/conversation/noticeGroups";
import { useProfilesStore } from "@/stores/profiles";
import { notice } from "@/testing/log";
import { NOW } from "@/testing/messages";
import { mountPage } from "@/testing/page";
import NoticeRow from "./NoticeRow.vue";

const NAMES: Record<string, string> = { a: "Anna", b: "Ben", c: "Cleo", d: "Dan", e: "Eva", mo: "Mo" };
const of = (overrides: Partial<KnownNotice>) => notice(NOW, { userId: "mo", about: "b", ...overrides }) as KnownNotice;
const joined = (about: string) => of({ event: "joined", userId: about, about });

async function said(notices: KnownNotice[], locale: "en" | "de" = "en"): Promise<string> {
  const page = mountPage(NoticeRow, { props: { notices }, locale });
  for (const [userId, displayName] of Object.entries(NAMES)) useProfilesStore().learn({ userId, displayName, handle: userId, status: "" });
  await nextTick();
  const text = page.get("[data-testid=notice]").text().replace(page.get(".sr-only").text(), "");
  page.unmount();
  return text.replace(/[\u2068\u2069]/g, "").trim();
}

it.each([
  [[of({ event: "created" })], "Mo created this room", "Mo hat diesen Raum angelegt"],
  [[of({ event: "titled" })], "Mo renamed the room", "Mo hat den Raum umbenannt"],
  [[of({ event: "topicSet" })], "Mo changed the topic", "Mo hat das Thema geändert"],
  [[of({ event: "retentionSet", days: 0 })], "Mo lets the room keep messages for good", "Mo lässt den Raum Nachrichten für immer aufbewahren"],
  [[of({ event: "retentionSet", days: 1 })], "Mo lets the room keep messages for 1 day", "Mo lässt den Raum Nachrichten 1 Tag aufbewahren"],
  [[of({ event: "retentionSet", days: 30 })], "Mo lets the room keep messages for 30 days", "Mo lässt den Raum Nachrichten 30 Tage aufbewahren"],
  [[joined("a")], "Anna joined", "Anna ist beigetreten"],
  [[joined("a"), joined("b")], "Anna and Ben joined", "Anna und Ben sind beigetreten"],
  [["a", "b", "c", "d", "e"].map(joined), "Anna, Ben, and 3 others joined", "Anna, Ben und 3 weitere sind beigetreten"],
  [[of({ event: "added" })], "Mo added Ben", "Mo hat Ben hinzugefügt"],
  [[of({ event: "removed" })], "Mo removed Ben", "Mo hat Ben entfernt"],
  [[of({ event: "removed", about: "mo" })], "Mo left the room for good", "Mo hat den Raum endgültig verlassen"],
  [[of({ event: "banned" })], "Mo banned Ben", "Mo hat Ben ausgeschlossen"],
  [[of({ event: "unbanned" })], "Mo let Ben in again", "Mo lässt Ben wieder herein"],
  [[of({ event: "roleSet", role: "moderator" })], "Mo made Ben a moderator", "Mo hat Ben in die Moderation geholt"],
  [[of({ event: "roleSet", role: "owner" })], "Mo made Ben an owner", "Mo hat Ben die Leitung gegeben"],
])("says in both languages what happened: %#", async (notices, english, german) => {
  expect(await said(notices)).toBe(english);
  expect(await said(notices, "de")).toBe(german);
});

it("asks what those are called whom it names, and keeps a hostile name within its place", async () => {
  const page = mountPage(NoticeRow, { props: { notices: [of({ event: "banned" })] } });
  expect(useProfilesStore().wanted).toEqual(["mo", "b"]);
  useProfilesStore().learn({ userId: "b", displayName: "<b>\u202eneB</b> {who} | @:x", handle: "b", status: "" });
  await nextTick();
  expect(page.find("b").exists()).toBe(false);
  expect(page.text()).toContain("banned \u2068<b>");
  expect(page.text()).not.toContain("\u202e");
});

it("calls nobody by a name that it does not know, and says of a deleted account that it is one", async () => {
  const page = mountPage(NoticeRow, { props: { notices: [of({ event: "removed" })] } });
  const text = () => page.text().replace(/[\u2068\u2069]/g, "");
  expect(text()).toContain("… removed …");
  useProfilesStore().learnAnswer(["mo", "b"], [{ userId: "mo", displayName: "Mo", handle: "mo", status: "" }]);
  await nextTick();
  expect(text()).toContain("Mo removed Deleted account");
});

it("tells a screen reader that it is no message, and when", () => {
  const page = mountPage(NoticeRow, { props: { notices: [joined("a")] } });
  expect(page.get(".sr-only").text()).toMatch(/^Notice of the room, .*\d.*:$/);
});
