import { ref, shallowRef, type Ref } from "vue";
import { AuthenticationFailed, type AuthenticationFailure } from "@/auth/authentication";

export type Field = "login" | "email" | "name" | "password" | "code";
/** Why a field cannot be sent as it is. */
export type FieldError = `missing.${Field}` | "email" | "tooLong";
/** Looks at a field before anything is sent; false when there is nothing against it. */
export type Checks = Partial<Record<Field, () => FieldError | false>>;

/** The field in which to mend a failure. */
const FIELD_OF: Partial<Record<AuthenticationFailure, Field>> = {
  wrongCredentials: "password",
  weakPassword: "password",
  wrongCode: "code",
  codeExpired: "code",
  accountExists: "login",
};

export interface Submission {
  readonly busy: Ref<boolean>;
  readonly failure: Ref<AuthenticationFailure | null>;
  readonly errors: Ref<Readonly<Partial<Record<Field, FieldError>>>>;
  /** Whether the field is what to mend. */
  isWrong(field: Field): boolean;
  submit(work: () => Promise<void>): Promise<void>;
}

/** A form's submission: whether it runs, what is wrong with its fields, and why it failed. */
export function useSubmission(checks: Checks = {}): Submission {
  const busy = ref(false);
  const failure = ref<AuthenticationFailure | null>(null);
  const errors = shallowRef<Submission["errors"]["value"]>({});

  async function submit(work: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    failure.value = null;
    errors.value = found(checks);
    if (Object.keys(errors.value).length > 0) return;
    busy.value = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AuthenticationFailed)) throw error;
      failure.value = error.failure;
    } finally {
      busy.value = false;
    }
  }

  return {
    busy,
    failure,
    errors,
    isWrong: (field) => field in errors.value || (failure.value !== null && FIELD_OF[failure.value] === field),
    submit,
  };
}

function found(checks: Checks): Partial<Record<Field, FieldError>> {
  const entries = Object.entries(checks).map(([field, check]) => [field, check()] as const);
  return Object.fromEntries(entries.filter(([, error]) => error !== false));
}
