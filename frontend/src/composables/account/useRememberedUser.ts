import { watch } from "vue";
import * as v from "valibot";
import type { Authentication, User } from "@/auth/authentication";
import { forgetEmoji } from "@/composables/composer/emojiMemory";
import { forgetLastShown } from "@/lastShown";
import { useAccountStore } from "@/stores/account";

const STORAGE_KEY = "chat.lastUser";
/** So long the sign-in service may take to say who is signed in; without a network it may never. */
const PATIENCE_MS = 8_000;

const userSchema = v.object({ userId: v.string(), username: v.string() });

/**
 * Who is signed in. Where the sign-in service cannot be asked, whoever was signed in last is taken to be: what they saw
 * last can be shown, and nothing is sent or loaded before the service has said yes.
 */
export async function signedInUser(authentication: Authentication): Promise<User | null> {
  const late = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), PATIENCE_MS));
  const answer = await Promise.race([authentication.currentUser().catch(() => "unknown" as const), late]);
  return typeof answer === "string" ? remembered() : answer;
}

/** Whether somebody was signed in when the page was open last. */
export function isSomebodyRemembered(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== null;
}

/** Remember who is signed in, and forget them, with what they saw and which emoji they used, when they are not any more. */
export function useRememberedUser(): void {
  const account = useAccountStore();
  let last: User | undefined;
  watch(
    () => account.user,
    (user) => {
      if (user) {
        last = user;
        try {
          localStorage.setItem(STORAGE_KEY, JSON.stringify(user));
        } catch {
          // Full: without a network they are not known then.
        }
      } else if (user === null) {
        // Somebody else has signed in in another tab: what is remembered is theirs.
        const now = remembered();
        if (last && now && now.userId !== last.userId) return;
        localStorage.removeItem(STORAGE_KEY);
        void forgetLastShown();
        forgetEmoji();
      }
    },
  );
}

function remembered(): User | null {
  try {
    return v.parse(userSchema, JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null"));
  } catch {
    return null;
  }
}
