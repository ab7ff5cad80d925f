import { ref, type Ref } from "vue";
import { AuthenticationFailed, type AuthenticationFailure } from "@/auth/authentication";

/** A form's submission: whether it runs, and why it failed. */
export function useSubmission(): {
  busy: Ref<boolean>;
  failure: Ref<AuthenticationFailure | null>;
  submit: (work: () => Promise<void>) => Promise<void>;
} {
  const busy = ref(false);
  const failure = ref<AuthenticationFailure | null>(null);

  async function submit(work: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AuthenticationFailed)) throw error;
      failure.value = error.failure;
    } finally {
      busy.value = false;
    }
  }

  return { busy, failure, submit };
}
