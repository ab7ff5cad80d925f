import type { Member, Message } from "@/protocol/frames";
import type { Digest } from "@/protocol/rooms/digest";
import { compareDigests, message, serverHistory } from "./messages";
import type { WebSocketLike } from "@/protocol/connection/socket";

export interface ClientFrame {
  action: string;
  requestId: string;
  token?: string;
  data: {
    roomId: string;
    content: string;
    clientMessageId: string;
    limit: number;
    before?: string;
    after?: string;
    rooms?: Record<string, Digest>;
  };
}
/** What the server answers to a frame; null keeps silent. */
export type Answer = (frame: ClientFrame, socket: FakeSocket) => object | null | Promise<object | null>;

/** The browser's end of one connection, driven by the test. */
export class FakeSocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  readonly frames: ClientFrame[] = [];
  open = false;

  constructor(
    readonly url: URL,
    readonly protocols: string[],
    private readonly answer: Answer,
  ) {}

  accept(): void {
    this.open = true;
    this.onopen?.(undefined as never);
  }

  async send(text: string): Promise<void> {
    const frame = JSON.parse(text) as ClientFrame;
    this.frames.push(frame);
    const reply = await this.answer(frame, this);
    if (reply) this.push({ ...reply, requestId: frame.requestId });
  }

  push(frame: object): void {
    if (this.open) this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }

  pushText(text: string): void {
    this.onmessage?.({ data: text } as never);
  }

  /** Either side closes. */
  close(code = 1000): void {
    this.open = false;
    this.onclose?.({ code } as never);
  }

  actions(): string[] {
    return this.frames.map((frame) => frame.action);
  }
}

/** A scripted server: stores, answers and pushes as the real one, until a test tells it to misbehave. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly stored: Message[] = [];
  /** Who is online, in every room. */
  online: Member[] = [];
  /** Rooms with more people than this are counted, not listed. */
  listed = 100;
  /** Looked at before the normal answer; undefined leaves it to that. */
  interfere: (frame: ClientFrame, socket: FakeSocket) => object | Promise<object> | null | undefined = () => undefined;
  acceptsHandshakes = true;

  readonly createWebSocket = (url: string, protocols: string[]): FakeSocket => {
    const socket = new FakeSocket(new URL(url), protocols, (frame) => {
      const answer = this.interfere(frame, socket);
      return answer === undefined ? this.answer(frame) : answer;
    });
    this.sockets.push(socket);
    queueMicrotask(() => (this.acceptsHandshakes ? socket.accept() : socket.close(1006)));
    return socket;
  };

  get latest(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no connection yet");
    return socket;
  }

  /** Another member's message: stored, and pushed to every open connection. */
  publish(message: Message): void {
    this.stored.push(message);
    for (const socket of this.sockets) socket.push({ type: "newMessage", data: message });
  }

  /** Somebody comes or goes, as of now. */
  presence(member: Member, online: boolean, roomId = "global"): void {
    this.online = this.online.filter(({ userId }) => userId !== member.userId);
    if (online) this.online.push(member);
    const change = { ...member, online, at: Date.now() };
    for (const socket of this.sockets) socket.push({ type: "presence", data: { roomId, changes: [change] } });
  }

  typing(users: Member[], roomId = "global"): void {
    for (const socket of this.sockets) socket.push({ type: "typing", data: { roomId, users } });
  }

  /** What it answers while it works. */
  async answer({ action, data }: ClientFrame): Promise<object> {
    if (action === "getMessages") {
      const inRoom = this.stored.filter((message) => message.roomId === data.roomId);
      const page = await serverHistory(() => inRoom)(data);
      return { type: "messageHistory", roomId: data.roomId, nextCursor: page.nextCursor, data: page.messages };
    }
    if (action === "getMembers") return { type: "members", data: this.members(data.roomId) };
    if (action === "ping") return { type: "ack", data: compareDigests(this.stored, data?.rooms ?? {}, Date.now()) };
    return action === "sendMessage" ? { type: "newMessage", data: this.store(data) } : { type: "ack" };
  }

  private members(roomId: string): object {
    const members = this.online.length > this.listed ? null : this.online;
    return { roomId, members, online: this.online.length, more: false, at: Date.now() };
  }

  /** The server orders; the client's id says only whether it has the message already. */
  store({ roomId, content, clientMessageId }: Pick<ClientFrame["data"], "roomId" | "content" | "clientMessageId">): Message {
    const known = this.stored.find((stored) => stored.clientMessageId === clientMessageId);
    if (known) return known;
    const stored = message(Date.now(), { roomId, userId: "me", username: "Me", content, clientMessageId });
    this.stored.push(stored);
    return stored;
  }
}
