import { useEventListener } from "@vueuse/core";
import { watch } from "vue";
import { markSignOut, SIGN_OUT_MARK, signOutMark } from "@/auth/signOutMark";
import { useAuthentication } from "./useAuthentication";
import { useAccountStore } from "@/stores/account";

/** Sign out, in this tab and in every other one of the browser. */
export function useSignOut(): () => Promise<void> {
  const account = useAccountStore();
  const authentication = useAuthentication();

  return async () => {
    account.signingOut();
    markSignOut();
    try {
      await authentication.signOut();
    } finally {
      account.signedOut();
    }
  };
}

/** Follow a sign-out in another tab: the session they share is gone. */
export function useSignOutElsewhere(): void {
  const account = useAccountStore();
  /** What the mark was when this session began here. */
  let mark: string | null = null;
  watch(() => account.user, (user) => user && (mark = signOutMark()), { immediate: true, flush: "sync" });

  function follow(): void {
    if (account.user && signOutMark() !== mark) account.signedOut();
  }
  useEventListener(window, "storage", ({ key }) => key === SIGN_OUT_MARK && follow());
  // Who comes back to a page that the browser had put away: nothing was told to it meanwhile.
  useEventListener(window, "pageshow", follow);
}
