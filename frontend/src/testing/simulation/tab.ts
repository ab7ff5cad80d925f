/** One tab of the page without the page: the real protocol on plain variables, a device's clock and the browser's storage. */
import { UNKNOWN_PRESENCE } from "@/protocol/presence/presence";
import * as outbox from "@/protocol/outbox/outbox";
import { EMPTY_TIMELINE, receive, trim, type Timeline } from "@/protocol/rooms/timeline";
import { startSession, type Session, type SessionState } from "@/protocol/session";
import type { ChangeAction } from "@/protocol/frames";
import type { LinkState } from "@/protocol/connection/link";
import { outboxOf, outboxText } from "@/tabs/outboxText";
import { tabStorage, type TabStorage } from "@/tabs/tabStorage";
import { asLocks, type FakeLocks } from "../locks";
import { uuid } from "./chance";
import type { Network, SimulatedSocket } from "./network";
import type { TimerOwner } from "./virtualTime";

/** What the tabs of one browser share. */
export interface Browser {
  readonly network: Network;
  readonly storage: Storage;
  readonly locks: FakeLocks | undefined;
  /** How far the device's clock is ahead of the server's, milliseconds. */
  clockAhead: number;
  /** The joined rooms, as storage and its events keep them the same in all tabs. */
  joined: readonly string[];
  readonly tabs: Set<Tab>;
  /** The texts that were given up, and perhaps tried again. */
  readonly failedOnce: Set<string>;
}

const KEPT_INACTIVE = 200;

export class Tab implements TimerOwner {
  hiddenSince: number | null = null;
  gone = false;
  /** When the user came back to it. */
  lookedAt = 0;
  active: string;
  link: LinkState["kind"] = "connecting";
  /** Since when it is not online, though perhaps about to be; null while it is. */
  offlineSince: number | null;
  entries: outbox.Outbox = [];
  readonly timelines = new Map<string, Timeline>();
  private readonly refused = new Set<string>();
  /** What was on the screen, and was taken away. */
  readonly takenAway: string[] = [];
  readonly sockets: SimulatedSocket[] = [];
  private readonly id: string;
  private readonly session: Session;
  private readonly kept: TabStorage;

  constructor(readonly browser: Browser) {
    const { network } = browser;
    this.id = uuid(network.random);
    this.active = browser.joined[0] ?? "global";
    this.offlineSince = network.time.now;
    browser.tabs.add(this);
    let requests = 0;
    [this.kept, this.session] = network.time.runAs(this, () => {
      const kept = tabStorage({
        storage: browser.storage,
        locks: browser.locks && asLocks(browser.locks),
        prefix: "tab.",
        tabId: this.id,
      });
      const session = startSession({
        websocketUrl: "ws://chat.test/local",
        credentials: { kind: "mock", userId: "me", username: "Me" },
        state: this.state(),
        createWebSocket: (url) => {
          const socket = network.connect(url, this);
          this.sockets.push(socket);
          return socket;
        },
        onAccount: ({ type, data }) => {
          if (type === "block") return;
          this.followAccount();
          this.session.enterAnew(data.roomId);
        },
        onNotices: () => undefined,
        newRequestId: () => `r${++requests}`,
        now: () => Math.floor(network.time.now + browser.clockAhead),
        random: network.random,
      });
      kept.inherit((name, text) => {
        if (name !== "outbox") return false;
        this.keep(outboxOf(text).reduce(outbox.queue, this.entries));
        kept.write("outbox", outboxText(this.entries));
        session.flush();
        return true;
      });
      return [kept, session];
    });
    this.otherTabAppeared();
  }

  timeline(roomId: string): Timeline {
    return this.timelines.get(roomId) ?? EMPTY_TIMELINE;
  }

  /** The sockets this tab believes in. */
  get openSockets(): SimulatedSocket[] {
    return this.sockets.filter(({ state }) => state === "open");
  }

  send(content: string): void {
    const entry = { clientMessageId: uuid(this.browser.network.random), roomId: this.active, content, failure: null };
    this.run(() => {
      this.keep(outbox.queue(this.entries, entry));
      this.session.tellTyping(this.active);
      this.session.flush();
    });
  }

  /** The user changes one of the last messages on the screen; what becomes of it is told to them. */
  change(action: ChangeAction, which: number, on: boolean): void {
    const shown = this.timeline(this.active).messages.slice(-20);
    const message = shown[which % shown.length];
    if (!message) return;
    const { roomId, sortKey } = message;
    const data = { roomId, sortKey, content: `edited by ${this.id}`, emoji: "👍", on };
    this.run(() => void this.session.change(action, data).catch(() => undefined));
  }

  show(roomId: string): void {
    if (!this.browser.joined.includes(roomId)) this.browserJoins([...this.browser.joined, roomId], roomId);
    const before = this.active;
    this.active = roomId;
    this.update(before, (timeline) => timeline);
    this.run(() => this.session.opened(roomId));
  }

  leave(roomId: string): void {
    const left = this.browser.joined.filter((other) => other !== roomId);
    if (left.length > 0) this.browserJoins(left, roomId);
  }

  /** The list of joined rooms changed, in whichever tab. */
  moved(roomId: string): void {
    if (!this.browser.joined.includes(roomId)) {
      this.timelines.delete(roomId);
      this.refused.delete(roomId);
    }
    this.run(() => this.session.moved(roomId));
    if (!this.browser.joined.includes(this.active)) this.show(this.browser.joined[0] ?? "global");
  }

  hide(): void {
    this.hiddenSince ??= this.browser.network.time.now;
  }

  /** The user comes back to the tab. */
  look(): void {
    this.hiddenSince = null;
    this.lookedAt = this.browser.network.time.now;
    this.run(() => this.session.check());
  }

  networkSaid(available: boolean): void {
    this.run(() => this.session.setNetwork(available));
  }

  otherTabAppeared(): void {
    this.run(() => this.kept.takeOver());
  }

  retryFailed(): void {
    this.run(() => {
      for (const { clientMessageId } of this.entries) this.keep(outbox.retry(this.entries, clientMessageId));
      this.session.flush();
    });
  }

  /** Closed, reloaded or crashed: from now on nothing of it runs. */
  end(): void {
    this.gone = true;
    this.browser.tabs.delete(this);
    for (const socket of this.sockets) socket.close();
    // The browser releases its locks, and drops those it waits for.
    this.kept.end();
  }

  /** What the account has of the rooms, as `useAccountRooms` follows it. */
  private followAccount(): void {
    const { server } = this.browser.network;
    for (const roomId of this.browser.joined) {
      const [isIn, wasIn] = [!server.closed.has(roomId), !this.refused.has(roomId)];
      if (!isIn) this.refused.add(roomId);
      if (isIn !== wasIn) this.session.enterAnew(roomId);
    }
  }

  private run(work: () => void): void {
    this.browser.network.time.runAs(this, work);
  }

  private browserJoins(joined: readonly string[], roomId: string): void {
    this.browser.joined = joined;
    for (const tab of this.browser.tabs) tab.moved(roomId);
  }

  private keep(entries: outbox.Outbox): void {
    if (entries === this.entries) return;
    this.entries = entries;
    this.kept.write("outbox", outboxText(entries));
    // The browser tells the other tabs of every change of the storage.
    const { tabs, network } = this.browser;
    for (const other of tabs) if (other !== this) network.time.after(1, () => other.gone || other.otherTabAppeared());
  }

  private update(roomId: string, change: (timeline: Timeline) => Timeline): void {
    const before = this.timeline(roomId);
    const changed = change(before);
    const [first] = before.messages;
    const taken = first && before.hasOlder !== null && (changed.messages[0]?.sortKey ?? "~") > first.sortKey;
    if (taken && roomId === this.active) this.takenAway.push(`${before.messages.length} messages of ${roomId} became ${changed.messages.length}`);
    this.timelines.set(roomId, roomId === this.active ? changed : trim(changed, KEPT_INACTIVE));
    this.keep(outbox.settle(this.entries, this.timeline(roomId).messages));
  }

  private linked(kind: LinkState["kind"]): void {
    this.link = kind;
    this.offlineSince = kind === "online" ? null : (this.offlineSince ?? this.browser.network.time.now);
    if (kind === "online") this.followAccount();
  }

  private state(): SessionState {
    return {
      joinedRooms: () => this.browser.joined,
      activeRoom: () => this.active,
      timeline: (roomId) => this.timeline(roomId),
      updateTimeline: (roomId, change) => this.update(roomId, change),
      roomRefused: (roomId, code) => {
        if (code !== "BANNED") throw new Error(`${roomId} refused: ${code}`);
        this.refused.add(roomId);
      },
      roomAdmitted: (roomId) => void this.refused.delete(roomId),
      presence: () => UNKNOWN_PRESENCE,
      updatePresence: () => undefined,
      membersFailed: () => undefined,
      updateTyping: () => undefined,
      pendingEntries: () => this.entries.filter(({ failure }) => failure === null),
      delivered: (entry, message) => {
        if (this.browser.joined.includes(entry.roomId)) this.update(entry.roomId, (known) => receive(known, [message]));
        this.keep(outbox.discard(this.entries, entry.clientMessageId));
      },
      sendFailed: (id, reason) => {
        const failed = this.entries.find(({ clientMessageId }) => clientMessageId === id);
        if (failed) this.browser.failedOnce.add(failed.content);
        this.keep(outbox.fail(this.entries, id, reason));
        if (reason === "BANNED") this.followAccount();
      },
      linkChanged: ({ kind }) => this.linked(kind),
      sendLimited: () => undefined,
      mentionsHere: () => false,
    sessionExpired: () => {
        throw new Error("the session does not expire here");
      },
    };
  }
}
