/** For what comes by itself, soon as a rule: the second that vitest waits on its own is too short for a busy machine. */
export const PATIENCE = { timeout: 20_000 };
