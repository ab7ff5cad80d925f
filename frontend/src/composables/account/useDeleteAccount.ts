import { useAuthentication } from "@/composables/account/useAuthentication";
import { useSignOut } from "@/composables/account/useSignOut";
import { useAsking } from "@/composables/rooms/useAsking";
import { useChat } from "@/composables/session/useChat";
import { useAccountStore } from "@/stores/account";
import { forgetUser } from "@/tabs/userKeys";

/** Delete the account that is signed in: its rights, then its sign-in, then what this browser keeps of it. */
export function useDeleteAccount() {
  const chat = useChat();
  const account = useAccountStore();
  const authentication = useAuthentication();
  const signOut = useSignOut();
  const { busy, failure, ask } = useAsking();

  async function deleteAccount(handle: string): Promise<void> {
    const done = await ask(() => chat.ask("deleteAccount", { handle }));
    if (!done) return;
    account.deleted = true; // the server may end the session before the pool has answered: that is why
    // Where the pool does not do it, the server refuses the account all the same.
    if (authentication.kind === "cognito") await authentication.deleteUser().catch(() => undefined);
    await signOut().catch(() => undefined);
    forgetUser(localStorage, chat.user.userId);
  }

  return { busy, failure, deleteAccount };
}
