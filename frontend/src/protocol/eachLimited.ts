/** Run `work` for each item in order, at most `limit` at a time; rejects with the first failure. */
export async function eachLimited<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>) {
  const rest = items[Symbol.iterator]();
  async function worker() {
    for (const item of rest) await work(item);
  }
  await Promise.all(Array.from({ length: limit }, worker));
}
