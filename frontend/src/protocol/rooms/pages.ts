import { RequestRefused } from "@/protocol/errors";
import type { Actions, Reply } from "@/protocol/frames";
import { mergedNotices } from "./notices";
import type { FetchPage, Page, PageRequest } from "./recovery";

/** The page, or the next one in its direction that has messages: between two there may be any number of other entries. */
export async function pageWithMessages(fetchPage: FetchPage, request: PageRequest): Promise<Page> {
  const first = await fetchPage(request);
  let page = first;
  const notices = [...first.notices];
  while (page.messages.length === 0 && page.nextCursor !== null) {
    const { nextCursor } = page;
    page = await fetchPage({ limit: request.limit, ...(request.after ? { after: nextCursor } : { before: nextCursor }) });
    notices.push(...page.notices);
  }
  return { ...page, changes: first.changes, notices: mergedNotices([], notices) };
}

/** Reads pages of a room's history with `getMessages`, which asks the server. A next page that is not further on is a fault. */
export function fetchPageOf(getMessages: (data: Actions["getMessages"]) => Promise<Reply>, roomId: string): FetchPage {
  return async (request) => {
    const reply = await getMessages({ roomId, ...request });
    if (reply.type !== "messageHistory") throw new RequestRefused("INTERNAL");
    const { data: messages, nextCursor, changes, changed, notices } = reply;
    if (nextCursor !== null && !isFurther(nextCursor, request)) throw new RequestRefused("INTERNAL");
    return { messages, nextCursor, changes, changed, notices };
  };
}

function isFurther(cursor: string, { before, after }: PageRequest): boolean {
  return (before === undefined || cursor < before) && (after === undefined || cursor > after);
}
