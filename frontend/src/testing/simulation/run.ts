import { heal, newWorld, openTab, take, type History } from "./history";
import { deadForLong, framesSince, offlineForLong, takenAway, wrongConnections, wrongNotices, wrongOrder, wrongOutbox, wrongTimelines } from "./oracle";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Two pings, and what they find. */
const SETTLING_MS = 14 * MINUTE_MS;
/** A ping every 5 min. */
const FRAMES_AN_IDLE_HOUR = 12;

/** Let a history happen, then everything heal and settle, then an hour of nothing; what is wrong, in words. */
export async function problemsOf(history: History): Promise<string[]> {
  const world = newWorld(history);
  const uninstall = world.time.install();
  try {
    openTab(world);
    for (const step of history.steps) {
      await take(world, step);
      const problems = [...deadForLong(world), ...offlineForLong(world)];
      if (problems.length > 0) return problems;
    }
    await heal(world);
    // Without locks an outbox is inherited when the page is opened the next time.
    if (!history.withLocks) openTab(world);
    await world.time.pass(SETTLING_MS);
    const problems = [wrongTimelines, wrongNotices, takenAway, wrongOutbox, wrongOrder, wrongConnections].flatMap((check) => check(world));
    if (problems.length > 0) return problems;
    return [...(await notSent(world)), ...(await notPrompt(world)), ...(await overspent(world))];
  } finally {
    for (const tab of [...world.browser.tabs]) tab.end();
    uninstall();
  }
}

/** Where nothing is wrong any more, what failed arrives when it is tried again. */
async function notSent(world: ReturnType<typeof newWorld>): Promise<string[]> {
  for (const tab of world.browser.tabs) tab.retryFailed();
  await world.time.pass(MINUTE_MS);
  const failed = [...world.browser.tabs].flatMap((tab) => tab.entries);
  return [...wrongOutbox(world), ...failed.map(({ content, failure }) => `"${content}" cannot be sent: ${failure}`)];
}

/** Where nothing is wrong any more, what is said or changed shows within a second, in a room just joined within four. */
async function notPrompt(world: ReturnType<typeof newWorld>): Promise<string[]> {
  const { browser, server, time } = world;
  for (const roomId of browser.joined) {
    server.change(roomId, 0, "edit", true);
    server.post(roomId, "prompt");
    server.note(roomId);
  }
  await time.pass(SECOND_MS);
  const late = [...wrongTimelines(world), ...wrongNotices(world)].map((problem) => `a second after it was said, ${problem}`);
  for (const tab of browser.tabs) tab.show("fresh");
  await time.pass(300);
  server.post("fresh", "said while the index lags");
  await time.pass(4 * SECOND_MS);
  return [...late, ...wrongTimelines(world).map((problem) => `four seconds after joining, ${problem}`)];
}

async function overspent({ time, browser }: ReturnType<typeof newWorld>): Promise<string[]> {
  const start = time.now;
  const sockets = new Map([...browser.tabs].map((tab) => [tab, tab.sockets.length]));
  await time.pass(60 * MINUTE_MS);
  return [...sockets].flatMap(([tab, before]) => {
    const frames = framesSince(tab, start);
    // A new socket, once in two hours, catches up.
    const settled = tab.sockets.length === before && (tab.sockets.at(-1)?.frames[0]?.at ?? start) < start - MINUTE_MS;
    return settled && frames > FRAMES_AN_IDLE_HOUR ? [`${frames} frames in an idle hour`] : [];
  });
}
