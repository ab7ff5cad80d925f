import { ref } from "vue";
import { ConnectionLost, RequestRefused, RequestTimedOut } from "@/protocol/errors";
import type { ErrorCode } from "@/protocol/frames";

/** Why the server did not do what it was asked for. */
export type AskFailure = ErrorCode | "NO_REPLY" | "NO_CONNECTION";

/** One question to the server at a time: whether it is under way, and why the last one failed. */
export function useAsking() {
  const busy = ref(false);
  const failure = ref<AskFailure | null>(null);

  /** What `work` answers; undefined if it failed, or if another question is under way. */
  async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    failure.value = null;
    try {
      return await work();
    } catch (error) {
      failure.value = failureOf(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { busy, failure, ask };
}

/** What an error of the protocol, or of the sign-in service, means for whoever asked. */
export function failureOf(error: unknown): AskFailure {
  if (error instanceof RequestRefused) return error.code;
  if (error instanceof ConnectionLost) return "NO_CONNECTION";
  return error instanceof RequestTimedOut ? "NO_REPLY" : "INTERNAL";
}
