import { nextTask } from "@/nextTask";

/** The two pages there are; whoever opens the address needs one of them. */
export const importAuthPage = () => import("@/components/auth/AuthPage.vue");

/**
 * The chat's scripts are run in a task each, and its page built in one more: on a slow phone all of them together let
 * nobody scroll or tap.
 */
export async function importChatPage() {
  // What formats messages comes with the rest, and is run as soon as it is there.
  import("@/conversation/markdown/richText").catch(() => undefined);
  const page = await import("@/components/ChatPage.vue");
  await nextTask();
  return page;
}
