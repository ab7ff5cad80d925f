/** Whatever becomes of a question to the server is said, in both languages; nothing stays busy, and it can be asked again. */
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { defineComponent, h, type Component } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import { useRoomNotice } from "@/composables/page/useRoomNotice";
import { useNotifyLevel } from "@/composables/rooms/useNotifyLevel";
import type { Chat } from "@/composables/session/useChat";
import { ConnectionLost, RequestRefused, RequestTimedOut, TokenUnavailable } from "@/protocol/errors";
import { ERROR_CODES, type Action, type Reply } from "@/protocol/frames";
import type { Membership } from "@/protocol/roomFrames";
import { applyAnswer } from "@/protocol/presence/presence";
import { useAccountStore } from "@/stores/account";
import { useBlocksStore } from "@/stores/blocks";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { usePresenceStore } from "@/stores/presence";
import { useProfilesStore } from "@/stores/profiles";
import { layOut } from "@/testing/layout";
import { message, NOW } from "@/testing/messages";
import { fakeChat, ME, mountPage } from "@/testing/page";
import { PATIENCE } from "@/testing/patience";
import DeleteAccount from "./account/DeleteAccount.vue";
import ExportAccount from "./account/ExportAccount.vue";
import MessageEditor from "./conversation/MessageEditor.vue";
import MessageRow from "./conversation/MessageRow.vue";
import RemoveDialog from "./conversation/RemoveDialog.vue";
import MembersPanel from "./members/MembersPanel.vue";
import BlockToggle from "./people/BlockToggle.vue";
import InviteUserForm from "./people/InviteUserForm.vue";
import ProfileForm from "./people/ProfileForm.vue";
import AllMembers from "./rooms/AllMembers.vue";
import CreateRoomForm from "./rooms/CreateRoomForm.vue";
import EarlierTexts from "./rooms/EarlierTexts.vue";
import ExportForm from "./rooms/ExportForm.vue";
import InviteLinkForm from "./rooms/InviteLinkForm.vue";
import InvitePrompt from "./rooms/InvitePrompt.vue";
import MentionList from "./rooms/MentionList.vue";
import PinnedMessages from "./rooms/PinnedMessages.vue";
import ReportForm from "./rooms/ReportForm.vue";
import RoomDirectory from "./rooms/RoomDirectory.vue";
import RoomNotice from "./rooms/RoomNotice.vue";
import RoomSettingsForm from "./rooms/RoomSettingsForm.vue";
import MessageSearch from "./search/MessageSearch.vue";

/** What the page may hear instead of an answer: each refusal, a reply that is lost, no connection, no token to ask with. */
const FAILURES: [string, () => Error][] = [
  ...ERROR_CODES.map((code): [string, () => Error] => [code, () => new RequestRefused(code, "", 0)]),
  ["lost", () => new RequestTimedOut()],
  ["no connection", () => new ConnectionLost(1006)],
  ["no token", () => new TokenUnavailable()],
];
/** After these the same may be taken a moment later; of no other one is told to try it again soon. */
const PASSING = ["INTERNAL", "RATE_LIMITED", "lost", "no connection", "no token"];
const ADVICE = /again in a moment|try again|gleich noch einmal|noch einmal versuchen/i;

const SAID = message(Date.now(), { userId: "me", reactions: [{ emoji: "👍", users: [ME] }] });
const BOB: Membership = { roomId: "global", userId: "bob", username: "Bob", role: "member", joinedAt: 1, mutedUntil: null, bannedUntil: null, lastRead: null, notify: "all" };

interface Question {
  component: Component;
  props?: Record<string, unknown>;
  /** What is so before. */
  given?: () => void;
  /** What the server answers to questions that are not the one meant. */
  answers?: Partial<Record<Action, Reply>>;
  /** Asks, by what is on the page; those that ask when they open do it by a button only afterwards. */
  ask: () => void;
  asksAtOnce?: boolean;
}

const $ = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
};
const submit = () => void $("form").dispatchEvent(new Event("submit", { cancelable: true }));
const again = () => void [...document.querySelectorAll("button")].find(({ textContent }) => /^\s*(Try again|Noch einmal)/.test(textContent ?? ""))?.click();
const write = (selector: string, text: string) => {
  ($(selector) as HTMLInputElement).value = text;
  $(selector).dispatchEvent(new Event("input"));
};

const knowsMe = () => useProfilesStore().learn({ userId: "me", handle: "me", displayName: "Me", status: "" });
const moderates = () => useKnownRoomsStore().learnRole({ roomId: "global", role: "owner" });
const withNotice = (component: Component, props: Record<string, unknown>) => defineComponent(() => () => [h(RoomNotice), h(component, props)]);
const levelChoice = defineComponent(() => {
  const { level, choose } = useNotifyLevel(() => "global");
  return () => h("button", { class: "level", onClick: () => void choose(level.value === "all" ? "none" : "all") });
});
const room = { roomId: "global" };
const row = { message: SAID, own: true, opensGroup: true, focused: true };

const QUESTIONS: Record<string, Question> = {
  createRoom: { component: CreateRoomForm, given: () => write("input[type=text]", "Plans"), ask: submit },
  updateRoom: { component: RoomSettingsForm, props: room, given: () => write("input", "Plans"), ask: submit },
  createInvite: { component: InviteLinkForm, props: room, ask: submit },
  acceptInvite: { component: InvitePrompt, props: { code: "c" }, ask: submit },
  reportMessage: { component: ReportForm, props: { ...room, sortKey: SAID.sortKey }, ask: submit },
  inviteMember: { component: InviteUserForm, props: room, given: () => write("input", "bob"), ask: submit },
  blockUser: { component: BlockToggle, props: { userId: "b0b", name: "Bob" }, ask: () => $("[data-testid=block]").click() },
  unblockUser: {
    component: BlockToggle,
    props: { userId: "b0b", name: "Bob" },
    given: () => useBlocksStore().put("b0b", true),
    ask: () => $("[data-testid=block]").click(),
  },
  setProfile: { component: ProfileForm, given: () => (knowsMe(), write("input", "me.2")), ask: submit },
  deleteAccount: {
    component: DeleteAccount,
    given: knowsMe,
    ask: () => {
      write("input", "me");
      submit();
    },
  },
  "the account's export": { component: ExportAccount, ask: submit },
  "a room's export": { component: ExportForm, props: room, ask: submit },
  listRooms: { component: RoomDirectory, ask: submit, asksAtOnce: true },
  listVersions: { component: EarlierTexts, props: { ...room, sortKey: SAID.sortKey }, ask: again, asksAtOnce: true },
  listMentions: { component: MentionList, ask: again, asksAtOnce: true },
  listPins: { component: PinnedMessages, props: room, ask: again, asksAtOnce: true },
  searchMessages: { component: MessageSearch, props: { ...room, words: "tea" }, ask: again, asksAtOnce: true },
  listMembers: { component: AllMembers, props: room, ask: again, asksAtOnce: true },
  "an act on a member": {
    component: AllMembers,
    props: room,
    given: moderates,
    answers: { listMembers: { type: "memberships", data: { memberships: [BOB], nextCursor: null } } },
    ask: () => {
      if (!document.querySelector("button[class*=danger]")) $("[aria-controls]").click();
      void flushPromises().then(() => $("button[class*=danger]").click());
    },
  },
  "startDirect from all members": {
    component: AllMembers,
    props: room,
    answers: { listMembers: { type: "memberships", data: { memberships: [BOB], nextCursor: null } } },
    ask: () => $("[data-testid=start-direct]").click(),
  },
  "startDirect from those online": {
    component: MembersPanel,
    props: room,
    given: () => {
      layOut({ itemHeight: 44, height: 600 });
      usePresenceStore().update("global", (presence) => applyAnswer(presence, { roomId: "global", members: [ME, BOB], online: 2, more: false, at: NOW }));
    },
    ask: () => $("[data-testid=start-direct]").click(),
  },
  setNotify: { component: withNotice(levelChoice, {}), ask: () => $(".level").click() },
  react: { component: withNotice(MessageRow, row), ask: () => $("[data-testid=reaction]").click() },
  pinMessage: { component: withNotice(MessageRow, row), given: moderates, ask: () => $("[aria-label='Pin message'], [aria-label='Nachricht anheften']").click() },
  editMessage: { component: MessageEditor, props: { message: SAID }, given: () => write("textarea", "other"), ask: submit },
  deleteMessage: { component: RemoveDialog, given: () => void (useChanging().removed.value = SAID), ask: () => $("[role=dialog] button[class*=danger]").click() },
};

/** What is said of the failure. */
function said(): string {
  const places = [...document.querySelectorAll("[role=alert], [data-testid=room-notice] p")];
  return places.map(({ textContent }) => textContent?.trim()).join(" ");
}

function chatOf(fail: () => Error, answers: Question["answers"] = {}): { chat: Chat; asked: () => number } {
  let count = 0;
  const failing = async (): Promise<never> => {
    count++;
    throw fail();
  };
  const ask = async (action: Action): Promise<Reply> => answers[action] ?? (await failing());
  return { chat: { ...fakeChat(), ask: ask as Chat["ask"], edit: failing, remove: failing, react: failing, pin: failing }, asked: () => count };
}

it.each(Object.keys(QUESTIONS).flatMap((name) => [[name, "en"] as const, [name, "de"] as const]))("%s says in %s why it failed, and can be tried again", async (name, locale) => {
  const { component, props, given, answers, ask, asksAtOnce = false } = QUESTIONS[name] as Question;
  let failure = 0;
  const { chat, asked } = chatOf(() => (FAILURES[failure] as (typeof FAILURES)[number])[1](), answers);
  useRoomNotice().value = null;
  mountPage(component, { chat, locale, ...(props && { props }) });
  useAccountStore().signedIn(ME);
  await flushPromises();
  given?.();
  await new Promise(requestAnimationFrame);
  await flushPromises();
  for (; failure < FAILURES.length; failure++) {
    const [what] = FAILURES[failure] as (typeof FAILURES)[number];
    const before = asked();
    useRoomNotice().value = null;
    const isAsked = failure > 0 || !asksAtOnce;
    if (isAsked) ask();
    await vi.waitFor(async () => {
      await flushPromises();
      if (isAsked) expect(asked(), what).toBeGreaterThan(before);
      expect(said(), what).not.toBe("");
      expect(document.querySelector("[aria-busy=true], button:disabled"), what).toBeNull();
    }, PATIENCE);
    expect(said(), what).not.toMatch(/\b[a-z]+\.[a-zA-Z]+\b/);
    if (!PASSING.includes(what)) expect(said(), what).not.toMatch(ADVICE);
  }
});
