interface Running {
  readonly now: Promise<void>;
  next: Promise<void> | null;
}

/**
 * Do `work` for each key once at a time. Whoever asks meanwhile shares the next time, since the work under way may have
 * begun too early for them.
 */
export function oneAtATime(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const underWay = new Map<string, Running>();

  function start(key: string): Promise<void> {
    const now = work(key).finally(() => underWay.delete(key));
    underWay.set(key, { now, next: null });
    return now;
  }

  return (key) => {
    const running = underWay.get(key);
    if (!running) return start(key);
    return (running.next ??= running.now.catch(() => undefined).then(() => start(key)));
  };
}
