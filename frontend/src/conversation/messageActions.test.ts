import { expect, it } from "vitest";
import { message, NOW } from "@/testing/messages";
import { actionsOn, EDIT_WINDOW_MS, lastEditable, type Actor } from "./messageActions";

const actor = (overrides: Partial<Actor> = {}): Actor => ({ userId: "alice", role: "member", mayWrite: true, now: NOW, ...overrides });
const said = (overrides = {}) => message(NOW, overrides);

it.each([
  ["one's own", said(), actor(), ["react", "reply", "edit", "remove"]],
  ["another's", said({ userId: "bob" }), actor(), ["react", "reply", "report"]],
  ["another's, to a moderator", said({ userId: "bob" }), actor({ role: "moderator" }), ["react", "reply", "pin", "remove", "report"]],
  ["a pinned one, to its owner", said({ userId: "bob", pinnedAt: NOW }), actor({ role: "owner" }), ["react", "reply", "unpin", "remove", "report"]],
  ["an edited one, to a moderator", said({ userId: "bob", editedAt: NOW }), actor({ role: "moderator" }), ["react", "reply", "pin", "versions", "remove", "report"]],
  ["an edited one, to a member", said({ userId: "bob", editedAt: NOW }), actor(), ["react", "reply", "report"]],
  ["one's own, too old to edit", said(), actor({ now: NOW + EDIT_WINDOW_MS }), ["react", "reply", "remove"]],
  ["one's own, while muted", said(), actor({ mayWrite: false }), ["remove"]],
  ["a deleted one", said({ deletedAt: NOW, content: "" }), actor({ role: "owner" }), []],
])("offers with %s what may be done", (_, each, who, actions) => expect(actionsOn(each, who)).toEqual(actions));

it("finds the last of one's own that can be edited", () => {
  const mine = said({ messageId: "m1" });
  const messages = [mine, said({ messageId: "m2", deletedAt: NOW, content: "" }), said({ messageId: "m3", userId: "bob" })];
  expect(lastEditable(messages, actor())).toBe(mine);
  expect(lastEditable(messages, actor({ userId: "carol" }))).toBeUndefined();
});
