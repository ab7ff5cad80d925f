import { defineStore } from "pinia";
import { ref } from "vue";
import type { User } from "@/auth/authentication";

/** Who is signed in. */
export const useAccountStore = defineStore("account", () => {
  /** Null when nobody is signed in; undefined while that is being found out or changed. */
  const user = ref<User | null>();
  /** Whether the last session ended by itself rather than by the user. */
  const expired = ref(false);
  /** Whether the last account was deleted by its user. */
  const deleted = ref(false);

  function signedIn(signedInUser: User): void {
    user.value = signedInUser;
    expired.value = false;
    deleted.value = false;
  }

  /** The chat ends at once; who may sign in next is known once the old session is gone. */
  function signingOut(): void {
    user.value = undefined;
  }

  function signedOut(): void {
    user.value = null;
  }

  function sessionExpired(): void {
    user.value = null;
    expired.value = true;
  }

  return { user, expired, deleted, signedIn, signingOut, signedOut, sessionExpired };
});
