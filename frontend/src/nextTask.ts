interface Scheduler {
  yield?: () => Promise<void>;
}

/**
 * Resolves in a task of its own: what follows keeps no finger waiting for what came before it, and the browser may draw in
 * between. Where the browser has a way to go on before all else that waits (`scheduler.yield`), that is taken.
 */
export function nextTask(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: Scheduler };
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    // Other than a timer's, its task is not held back.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
