/** What somebody writes on while the first of it is saved is neither lost nor said to be saved. */
import { flushPromises } from "@vue/test-utils";
import { expect, it, vi } from "vitest";
import { defineComponent, h, type Component } from "vue";
import { useChanging } from "@/composables/conversation/useChanging";
import type { Action, Reply } from "@/protocol/frames";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useProfilesStore } from "@/stores/profiles";
import { message, NOW } from "@/testing/messages";
import { fakeChat, mountPage } from "@/testing/page";
import MessageEditor from "./conversation/MessageEditor.vue";
import InviteUserForm from "./people/InviteUserForm.vue";
import ProfileForm from "./people/ProfileForm.vue";
import RoomSettingsForm from "./rooms/RoomSettingsForm.vue";

const SAID = message(NOW, { userId: "me", content: "hi" });
const ROOM = { roomId: "ops", kind: "public" as const, title: "Ops", topic: "", createdAt: 1 };
const MINE = { userId: "me", handle: "me", displayName: "Me", status: "" };
const BOB = { userId: "bob", handle: "bob", displayName: "Bob", status: "" };

interface Form {
  component: Component;
  props?: Record<string, unknown>;
  field: string;
  /** What the server answers to what it is asked last. */
  answer: Reply;
  answers?: Partial<Record<Action, Reply>>;
  /** What it emits once all is saved. */
  done?: string;
}

const FORMS: Record<string, Form> = {
  "an edited message": { component: MessageEditor, props: { message: SAID }, field: "textarea", answer: { type: "ack" }, done: "close" },
  "a room's title": { component: RoomSettingsForm, props: { roomId: "ops" }, field: "input", answer: { type: "room", data: { ...ROOM, title: "first" } }, done: "saved" },
  "an invitation": {
    component: InviteUserForm,
    props: { roomId: "ops" },
    field: "input",
    answers: { getProfiles: { type: "profiles", data: { profiles: [BOB], left: [] } } },
    answer: { type: "ack" },
  },
  "a handle": { component: ProfileForm, field: "input", answer: { type: "profile", data: { ...MINE, handle: "first" } } },
};

/** The form in a page that knows the user and the room, under way to save "first". */
async function saving({ component, props, field, answer, answers = {} }: Form) {
  const chat = fakeChat();
  const answered = Promise.withResolvers<Reply>();
  vi.mocked(chat.ask).mockImplementation(async (action) => answers[action] ?? answered.promise);
  vi.mocked(chat.edit).mockImplementation(async () => void (await answered.promise));
  const Page = defineComponent(() => {
    useChanging().edited.value = SAID;
    useKnownRoomsStore().learn(ROOM);
    useProfilesStore().learn(MINE);
    return () => h(component, props);
  });
  const page = mountPage(Page, { chat });
  await page.get(field).setValue("first");
  await page.get("form").trigger("submit");
  await flushPromises();
  return { chat, page, form: page.findComponent(component), finish: () => (answered.resolve(answer), flushPromises()) };
}

it.each(Object.entries(FORMS))("keeps what is written on while %s is saved", async (_, given) => {
  const { page, form, finish } = await saving(given);
  await page.get(given.field).setValue("second");
  await finish();
  expect((page.get(given.field).element as HTMLInputElement).value).toBe("second");
  if (given.done) expect(form.emitted(given.done)).toBeUndefined();
  expect(page.text()).not.toContain("Saved");
});

it("ends editing that was saved while another room is shown", async () => {
  const { page, finish } = await saving(FORMS["an edited message"] as Form);
  const { edited } = useChanging();
  const Other = mountPage(defineComponent(() => (useChanging(), () => null)));
  page.unmount();
  await finish();
  expect(edited.value).toBeNull();
  Other.unmount();
});

it("saves with a new topic the title that another moderator has given the room meanwhile", async () => {
  const chat = fakeChat();
  const page = mountPage(defineComponent(() => (useKnownRoomsStore().learn(ROOM), () => h(RoomSettingsForm, { roomId: "ops" }))), { chat });
  useKnownRoomsStore().learn({ ...ROOM, title: "Operations" });
  await flushPromises();
  await page.findAll("input")[1]?.setValue("What burns");
  await page.get("form").trigger("submit");
  expect(chat.ask).toHaveBeenCalledExactlyOnceWith("updateRoom", { roomId: "ops", title: "Operations", topic: "What burns" });
});
