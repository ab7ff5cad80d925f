/** The back end as a client meets it: orders, deduplicates, pushes; is slow, refuses and loses when it is told to. */
import type { Change, ChangeAction, Message, Notice } from "@/protocol/frames";
import type { Digest } from "@/protocol/rooms/digest";
import { sortKeyOf } from "@/protocol/rooms/timeline";
import { asStored, notice, serverLog } from "../log";
import { compareDigests } from "../messages";
import { between, uuid, type Chance } from "./chance";
import type { VirtualTime } from "./virtualTime";

export interface Frame {
  readonly action: string;
  readonly requestId: string;
  readonly data?: {
    roomId: string;
    content: string;
    clientMessageId: string;
    limit: number;
    before?: string;
    after?: string;
    rooms?: Record<string, Digest>;
    sortKey?: string;
    emoji?: string;
    on?: boolean;
  };
}
type Data = NonNullable<Frame["data"]>;

/** One connection, as the server sees it. */
export interface Connection {
  /** Room and since when the index of members knows of it. */
  readonly rooms: Map<string, number>;
  deliver(frame: object): void;
}

/** What is wrong with the back end; all 0 when nothing is. */
export interface Trouble {
  /** Longest time a function takes beyond the usual, milliseconds. */
  readonly slowMs: number;
  /** Share of frames that are refused though nothing is wrong with them. */
  readonly refuses: number;
  /** Share of pushes that end in the dead-letter queue. */
  readonly losesPushes: number;
  /** Share of replies that never come. */
  readonly losesReplies: number;
}
export const HEALTHY: Trouble = { slowMs: 0, refuses: 0, losesPushes: 0, losesReplies: 0 };

/** The function that stores a message is stopped after this time. */
const FUNCTION_TIMEOUT_MS = 10_000;
const INDEX_LAG_MS = 1_500;
const ME = { userId: "me", username: "Me" };
const KINDS = { editMessage: "edit", deleteMessage: "deletion", react: "reaction", pinMessage: "pin" } as const;

export class ChatServer {
  /** As it was said; `history` has it as it is now. */
  readonly stored: Message[] = [];
  readonly changes: Change[] = [];
  readonly notices: Notice[] = [];
  readonly connections = new Set<Connection>();
  /** Rooms that the user is banned from. */
  readonly closed = new Set<string>();
  trouble = HEALTHY;
  private readonly byClientId = new Map<string, Message>();
  private readonly changesByClientId = new Map<string, Change>();

  constructor(
    private readonly time: VirtualTime,
    private readonly random: Chance,
  ) {}

  history(roomId: string): Message[] {
    const said = this.stored.filter((message) => message.roomId === roomId);
    return said.map((message) => asStored(message, this.changes)).sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1));
  }

  connect(connection: Connection, roomId: string): void {
    this.connections.add(connection);
    this.subscribe(connection, roomId);
  }

  /** Somebody else says something. */
  post(roomId: string, content: string): void {
    this.put(this.composed(roomId, content, { userId: "bob", username: "Bob" }), null);
  }

  /** Something happens in a room. */
  note(roomId: string): void {
    const createdAt = Math.floor(this.time.now);
    const noted = notice(createdAt, { roomId, sortKey: sortKeyOf(createdAt, uuid(this.random)) });
    this.notices.push(noted);
    this.push(roomId, { type: "notice", data: noted }, null);
  }

  /** Somebody else changes one of the last things that were said in a room; an author edits and deletes. */
  change(roomId: string, which: number, kind: Change["kind"], on: boolean): void {
    const said = this.history(roomId).slice(-20);
    const target = said[which % said.length];
    const user = target && (kind === "edit" || kind === "deletion") ? target : { userId: "bob", username: "Bob" };
    if (target) this.make(this.changeOf(target, kind, user, `edited ${this.changes.length}`, on));
  }

  /** A moderator keeps the user out of a room, or lets them in again; their connections are told of it. */
  ban(roomId: string, on: boolean): void {
    if (on) this.closed.add(roomId);
    else this.closed.delete(roomId);
    for (const connection of this.connections) {
      if (on) connection.rooms.delete(roomId);
      if (this.random() < this.trouble.losesPushes) continue;
      this.time.after(between(this.random, 5, 250), () => connection.deliver({ type: "membership", data: { roomId } }));
    }
  }

  receive(connection: Connection, frame: Frame): void {
    const { trouble } = this;
    const takes = between(this.random, 3, 40) + this.random() ** 3 * trouble.slowMs;
    const refused = this.random() < trouble.refuses;
    const answer = (reply: object) => {
      if (this.random() < trouble.losesReplies) return;
      this.time.after(between(this.random, 1, 10), () => connection.deliver({ ...reply, requestId: frame.requestId }));
    };
    // A refusal may come before or after the work was done.
    if (refused) this.time.after(takes, () => answer(this.refusal()));
    if (refused && this.random() < 0.7) return;
    this.work(connection, frame, takes, refused ? () => undefined : answer);
  }

  private work(connection: Connection, frame: Frame, takes: number, answer: (reply: object) => void): void {
    const { action, data } = frame;
    if (data && this.closed.has(data.roomId) && action !== "leaveRoom") {
      return this.time.after(takes, () => answer({ type: "error", data: { code: "BANNED", message: "" } }));
    }
    if (action === "sendMessage" && data) return this.send(connection, data, takes, answer);
    if (action in KINDS && data) return this.changed(action as ChangeAction, data, takes, answer);
    this.time.after(takes, () => {
      if (action === "ping") {
        return answer({ type: "ack", data: compareDigests(this.log(), data?.rooms ?? {}, this.time.now) });
      }
      if (!data) return;
      if (action === "joinRoom") this.subscribe(connection, data.roomId);
      if (action === "leaveRoom") connection.rooms.delete(data.roomId);
      if (action === "getMessages") return void this.page(data).then(answer);
      if (action === "getMembers") return answer({ type: "members", data: this.members(data.roomId) });
      answer({ type: "ack", data: { action } });
    });
  }

  private send(connection: Connection, data: Data, takes: number, answer: (reply: object) => void): void {
    const composed = { ...this.composed(data.roomId, data.content, ME), clientMessageId: data.clientMessageId };
    this.time.after(Math.min(takes, FUNCTION_TIMEOUT_MS), () => {
      const known = this.byClientId.get(data.clientMessageId);
      if (!known) {
        this.byClientId.set(data.clientMessageId, composed);
        this.put(composed, connection);
      }
      answer({ type: "newMessage", data: known ?? composed });
    });
  }

  private changed(action: ChangeAction, data: Data, takes: number, answer: (reply: object) => void): void {
    const target = this.stored.find(({ sortKey }) => sortKey === data.sortKey);
    const composed = target && this.changeOf(target, KINDS[action], ME, data.content, data.on ?? false);
    this.time.after(Math.min(takes, FUNCTION_TIMEOUT_MS), () => {
      const made = this.changesByClientId.get(data.clientMessageId) ?? (composed && this.make(composed));
      if (!made) return answer({ type: "error", data: { code: "INVALID_FRAME", message: "it was deleted, or changed later" } });
      this.changesByClientId.set(data.clientMessageId, made);
      answer({ type: "change", data: made });
    });
  }

  private changeOf(target: Message, kind: Change["kind"], user: typeof ME, content: string, on: boolean): Change {
    const createdAt = Math.floor(this.time.now);
    const { userId, username } = user;
    const place = { roomId: target.roomId, sortKey: sortKeyOf(createdAt, uuid(this.random)), target: target.sortKey };
    const what = { edit: { content }, deletion: {}, reaction: { emoji: "👍", on }, pin: { on } }[kind];
    return { ...place, kind, userId, username, createdAt, ...what };
  }

  /** The change, or nothing if its message was deleted by then, or changed by a later one. */
  private make(change: Change): Change | undefined {
    const before = this.changes.filter(({ target }) => target === change.target);
    if (before.some(({ kind, createdAt }) => kind === "deletion" || createdAt >= change.createdAt)) return undefined;
    this.changes.push(change);
    this.push(change.roomId, { type: "change", data: change }, null);
    return change;
  }

  /** Its place in the order is when it was accepted, which is before it is stored. */
  private composed(roomId: string, content: string, sender: typeof ME): Message {
    const messageId = uuid(this.random);
    const createdAt = Math.floor(this.time.now);
    return { roomId, sortKey: sortKeyOf(createdAt, messageId), messageId, ...sender, content, createdAt };
  }

  private put(message: Message, sender: Connection | null): void {
    this.stored.push(message);
    this.push(message.roomId, { type: "newMessage", data: { ...message, clientMessageId: undefined } }, sender);
  }

  /** Bring a frame to the members of a room; it may come twice, and after later ones. */
  private push(roomId: string, frame: object, sender: Connection | null): void {
    for (const connection of this.connections) {
      const known = connection.rooms.get(roomId);
      if (connection === sender || known === undefined || known > this.time.now) continue;
      if (this.random() < this.trouble.losesPushes) continue;
      const times = this.random() < 0.05 ? 2 : 1;
      for (let count = 0; count < times; count++) {
        this.time.after(between(this.random, 5, count === 0 ? 250 : 30_000), () => connection.deliver(frame));
      }
    }
  }

  private subscribe(connection: Connection, roomId: string): void {
    if (!connection.rooms.has(roomId) && !this.closed.has(roomId)) connection.rooms.set(roomId, this.time.now + this.random() * INDEX_LAG_MS);
  }

  private log(): (Message | Change | Notice)[] {
    return [...this.stored, ...this.changes, ...this.notices];
  }

  private async page(data: Data): Promise<object> {
    const inRoom = this.log().filter(({ roomId }) => roomId === data.roomId);
    const { messages, ...rest } = await serverLog(() => inRoom)(data);
    return { type: "messageHistory", roomId: data.roomId, data: messages, ...rest };
  }

  private members(roomId: string): object {
    return { roomId, members: [ME], online: 1, more: false, at: Math.floor(this.time.now) };
  }

  private refusal(): object {
    const code = this.random() < 0.5 ? "INTERNAL" : "RATE_LIMITED";
    const retryAfterMs = code === "RATE_LIMITED" && this.random() < 0.5 ? Math.floor(between(this.random, 100, 4_000)) : undefined;
    return { type: "error", data: { code, message: "", ...(retryAfterMs !== undefined && { retryAfterMs }) } };
  }
}
