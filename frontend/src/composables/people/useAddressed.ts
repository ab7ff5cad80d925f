import { addresses } from "@/conversation/mentions";
import type { Message } from "@/protocol/frames";
import { useAccountStore } from "@/stores/account";
import { useOwnHandle } from "./useOwnHandle";

/** Whether a message addresses who is signed in, by their handle of now or by `@here`. */
export function useAddressed(): (message: Pick<Message, "content" | "userId" | "mentionsHere">) => boolean {
  const account = useAccountStore();
  const ownHandle = useOwnHandle();
  return (message) => addresses(message, account.user?.userId ?? "", ownHandle.value);
}
