import { useEventListener } from "@vueuse/core";
import { useAuthentication } from "./useAuthentication";
import { useAccountStore } from "@/stores/account";

/** Changed at each sign-out: the browser tells the other tabs. */
const STORAGE_KEY = "chat.signedOutAt";

/** Sign out, in this tab and in every other one of the browser. */
export function useSignOut(): () => Promise<void> {
  const account = useAccountStore();
  const authentication = useAuthentication();

  return async () => {
    account.signingOut();
    try {
      await authentication.signOut();
    } finally {
      account.signedOut();
      localStorage.setItem(STORAGE_KEY, String(Date.now()));
    }
  };
}

/** Follow a sign-out in another tab: the session they share is gone. */
export function useSignOutElsewhere(): void {
  const account = useAccountStore();
  useEventListener(window, "storage", ({ key }) => {
    if (key === STORAGE_KEY) account.signedOut();
  });
}
