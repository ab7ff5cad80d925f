import { createPinia, setActivePinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { newMessageId } from "@/protocol/outbox/messageId";
import { useKnownRoomsStore } from "@/stores/knownRooms";
import { useSessionState } from "./useSessionState";

beforeEach(() => setActivePinia(createPinia()));

it.each([
  ["moderator", "ops", "@here look", true],
  ["owner", "ops", "@here look", true],
  ["member", "ops", "@here look", false],
  ["none", "ops", "@here look", false],
  ["owner", "ops", "look `@here`", false],
  ["owner", `~d${"0".repeat(32)}`, "@here look", false],
] as const)("lets a %s of %s mean @here in %j: %s", (role, roomId, content, meant) => {
  useKnownRoomsStore().learnRole({ roomId, role });
  const entry = { clientMessageId: newMessageId(0), roomId, content, failure: null };
  expect(useSessionState().mentionsHere(entry)).toBe(meant);
});
