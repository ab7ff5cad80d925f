/** An outbox as it lies in the browser's storage. */
import * as v from "valibot";
import { ERROR_CODES } from "@/protocol/frames";
import { listOf } from "@/protocol/lenient";
import type { Outbox } from "@/protocol/outbox/outbox";

const entriesSchema = listOf(
  v.object({
    clientMessageId: v.string(),
    roomId: v.string(),
    content: v.string(),
    replyTo: v.optional(v.string()),
    // A reason that this version does not know (any more) is no reason to lose the text.
    failure: v.nullable(v.fallback(v.picklist([...ERROR_CODES, "NO_REPLY"]), "INTERNAL")),
  }),
);

export function outboxText(outbox: Outbox): string | null {
  return outbox.length > 0 ? JSON.stringify(outbox) : null;
}

/** What can be read of it: one damaged entry takes no other with it. */
export function outboxOf(text: string): Outbox {
  try {
    return v.parse(entriesSchema, JSON.parse(text));
  } catch {
    return [];
  }
}
