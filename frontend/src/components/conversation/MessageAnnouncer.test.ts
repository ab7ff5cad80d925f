import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { h, nextTick, ref } from "vue";
import { useArrivals } from "@/composables/reading/useArrivals";
import { receive, restart } from "@/protocol/rooms/timeline";
import type { SendFailure } from "@/protocol/outbox/outbox";
import { useAccountStore } from "@/stores/account";
import { useOutboxStore } from "@/stores/outbox";
import { useProfilesStore } from "@/stores/profiles";
import { useRoomChoicesStore } from "@/stores/roomChoices";
import { DEFAULT_ROOM, useRoomsStore } from "@/stores/rooms";
import { message, messages, NOW } from "@/testing/messages";
import { ME, mountPage } from "@/testing/page";
import ArrivalsTold from "./ArrivalsTold.vue";
import MessageAnnouncer from "./MessageAnnouncer.vue";

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

let sent = 100;
const said = (content: string, overrides = {}) =>
  message(NOW + ++sent * 1_000, { userId: "bob", username: "Bob", content, ...overrides });

async function open() {
  const page = mountPage(MessageAnnouncer);
  const rooms = useRoomsStore();
  rooms.activate("ops");
  rooms.activate(DEFAULT_ROOM);
  for (const roomId of [DEFAULT_ROOM, "ops"]) rooms.update(roomId, (timeline) => restart(timeline, messages(3), true));
  await nextTick();
  const arrive = async (...news: ReturnType<typeof message>[]) => {
    for (const each of news) rooms.update(each.roomId, (timeline) => receive(timeline, [each]));
    await nextTick();
    await vi.advanceTimersByTimeAsync(3_000);
  };
  const linesOf = (region: string) => page.findAll(`[data-testid=${region}] p`).map((line) => line.text());
  const lines = () => linesOf("announcements");
  return { page, arrive, lines, failures: () => linesOf("failures") };
}

it("tells of the same text again each time it comes", async () => {
  const { arrive, lines } = await open();
  await arrive(said("yes"));
  await arrive(said("yes"));
  await arrive(said("yes"));
  expect(lines()).toEqual(["Bob: yes", "Bob: yes", "Bob: yes"]);
});

it("says who mentions one, wherever", async () => {
  const { arrive, lines } = await open();
  useAccountStore().signedIn(ME);
  useProfilesStore().learn({ userId: ME.userId, handle: "me", displayName: "Me", status: "" });
  await arrive(said("hi @me"), said("so @me", { roomId: "ops" }));
  expect(lines()).toEqual(["Bob mentioned you: hi @me", "Bob mentioned you in ops"]);
});

it.each([
  ["all", "global", ["1 new message in ops"]],
  ["mentions", "global", []],
  ["none", "global", []],
  ["none", "ops", ["Bob: hi"]],
] as const)("tells of a room at the level %s, with %s on the screen: %j", async (level, shown, told) => {
  const { arrive, lines } = await open();
  useRoomChoicesStore().setLevel("ops", level);
  useRoomsStore().activate(shown);
  await arrive(said("hi", { roomId: "ops" }));
  expect(lines()).toEqual(told);
});

it("counts a burst", async () => {
  const { arrive, lines } = await open();
  await arrive(...Array.from({ length: 16 }, (_, index) => said(`message ${index}`)));
  expect(lines()).toEqual(["16 new messages. The last, from Bob: message 15"]);
});

it("names the last of a burst by the conversation, however its pushes overtook each other", async () => {
  const { arrive, lines } = await open();
  const rooms = useRoomsStore();
  for (const each of Array.from({ length: 15 }, (_, index) => said(`message ${index}`)).reverse()) {
    rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, [each]));
    await nextTick();
  }
  await arrive();
  expect(lines()).toEqual(["15 new messages. The last, from Bob: message 14"]);
});

it("sums up other rooms, and is silent about history and one's own messages", async () => {
  const { arrive, lines } = await open();
  await arrive(said("a", { roomId: "ops" }), said("b", { roomId: "ops" }), said("mine", { userId: "me" }));
  expect(lines()).toEqual(["2 new messages in ops"]);
});

const queued = (clientMessageId: string, failure: SendFailure | null = null, roomId = DEFAULT_ROOM) => ({ clientMessageId, roomId, content: "mine", failure });

it.each([["before it is drawn", true], ["after it was drawn", false]])("tells why a message was not sent when it is refused %s", async (_, atOnce) => {
  const { arrive, failures } = await open();
  useOutboxStore().queue(queued("1"));
  if (!atOnce) await arrive();
  useOutboxStore().fail("1", "INVALID_CONTENT");
  await arrive();
  expect(failures()).toEqual(["1 message not sent in global: The server does not accept this text."]);
  useOutboxStore().retry("1");
  useOutboxStore().fail("1", "INTERNAL");
  await arrive();
  expect(failures()[1]).toBe("1 message not sent in global: The server failed to store the message.");
});

it("tells of what failed in other rooms, of many alike in one line, and not of what had failed before", async () => {
  const { arrive, failures } = await open();
  for (const id of ["1", "2", "3"]) useOutboxStore().queue(queued(id));
  useOutboxStore().queue(queued("4", null, "ops"));
  useOutboxStore().queue(queued("old", "INTERNAL"));
  for (const id of ["1", "2", "3", "4", "gone"]) useOutboxStore().fail(id, "BANNED");
  await arrive();
  expect(failures()).toEqual([expect.stringContaining("3 messages not sent in global"), expect.stringContaining("1 message not sent in ops")]);
});

it("tells of what came while the page was opening, before it was drawn itself", async () => {
  const drawn = ref(false);
  const page = mountPage({
    setup() {
      useArrivals(ME.userId, () => undefined);
      return () => (drawn.value ? h(ArrivalsTold, { userId: ME.userId }) : h("p"));
    },
  });
  const rooms = useRoomsStore();
  rooms.update(DEFAULT_ROOM, (timeline) => restart(timeline, messages(3), true));
  await nextTick();
  rooms.update(DEFAULT_ROOM, (timeline) => receive(timeline, [said("hello?")]));
  await nextTick();
  drawn.value = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(page.findAll("[data-testid=announcements] p").map((line) => line.text())).toEqual(["Bob: hello?"]);
});
