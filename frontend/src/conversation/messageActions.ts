/** What a user may do with a message (docs/protocol/rights.md). The server decides; here is what is offered. */
import type { Message } from "@/protocol/frames";
import type { Role } from "@/protocol/roomFrames";

export type MessageAction = "react" | "reply" | "pin" | "unpin" | "edit" | "versions" | "remove" | "report";
/** What a button begins; reactions are chosen from a picker. */
export type ButtonAction = Exclude<MessageAction, "react">;

/** How long an author may edit, where the operators have said nothing else (`EDIT_WINDOW_SECONDS`). */
export const EDIT_WINDOW_MS = 24 * 60 * 60 * 1_000;

export interface Actor {
  readonly userId: string;
  readonly role: Role;
  /** Whether they may write in the room at present. */
  readonly mayWrite: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** In the order it is shown. Of a deleted message nothing is left to act on. */
export function actionsOn(message: Message, { userId, role, mayWrite, now }: Actor): MessageAction[] {
  if (message.deletedAt !== undefined) return [];
  const own = message.userId === userId;
  const moderates = role === "moderator" || role === "owner";
  const editable = own && mayWrite && now - message.createdAt < EDIT_WINDOW_MS;
  const offered: [MessageAction, boolean][] = [
    ["react", mayWrite],
    ["reply", mayWrite],
    ["pin", moderates && message.pinnedAt === undefined],
    ["unpin", moderates && message.pinnedAt !== undefined],
    ["edit", editable],
    ["versions", moderates && message.editedAt !== undefined],
    ["remove", own || moderates],
    ["report", !own],
  ];
  return offered.filter(([, may]) => may).map(([action]) => action);
}

/** Of what may be done, what has a button. */
export function buttonsOf(actions: readonly MessageAction[]): ButtonAction[] {
  return actions.filter((action) => action !== "react");
}

/** The last message that its author may still edit; undefined if there is none. */
export function lastEditable(messages: readonly Message[], actor: Actor): Message | undefined {
  return messages.findLast((message) => actionsOn(message, actor).includes("edit"));
}
