/** Changes a message, repeating the request where that may help: the server does under one id one thing. */
import { backoffMs } from "./connection/backoff";
import { mayPass, RequestRefused } from "./errors";
import type { Action, Actions, ChangeAction, ChangeActions, Reply } from "./frames";
import { pause } from "./wait";

interface ChangerOptions {
  ask: <A extends Action>(action: A, data: Actions[A]) => Promise<Reply>;
  /** Gives UUIDs. */
  newId: () => string;
  random: () => number;
}

/** Somebody waits for it. */
const MAX_ATTEMPTS = 3;
const LONGEST_WAIT_MS = 5_000;

export function changer({ ask, newId, random }: ChangerOptions) {
  return async <A extends ChangeAction>(action: A, data: ChangeActions[A]): Promise<void> => {
    const named = { clientMessageId: newId(), ...data };
    for (let attempt = 1; ; attempt++) {
      try {
        return void (await ask(action, named as Actions[A]));
      } catch (error) {
        const wait = waitFor(error) ?? backoffMs(attempt, random());
        if (!mayPass(error) || attempt >= MAX_ATTEMPTS || wait > LONGEST_WAIT_MS) throw error;
        await pause(wait);
      }
    }
  };
}

function waitFor(error: unknown): number | undefined {
  return error instanceof RequestRefused ? error.retryAfterMs : undefined;
}
