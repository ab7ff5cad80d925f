/** What lies between a device and the server: frames late, out of order or lost, sockets that die without a word. */
import type { WebSocketLike } from "@/protocol/connection/socket";
import { between, type Chance } from "./chance";
import type { ChatServer, Connection, Frame } from "./chatServer";
import type { TimerOwner, VirtualTime } from "./virtualTime";

/** A connection outlives a gap of this length: what was under way comes late. After a longer one it is dead. */
const OUTLIVES_MS = 20_000;
/** API Gateway's limits. */
const LIFETIME_MS = 2 * 60 * 60_000;
const IDLE_MS = 10 * 60_000;

export class Network {
  readonly sockets = new Set<SimulatedSocket>();
  /** Since when nothing gets through, virtual milliseconds; null while it does. */
  downSince: number | null = null;
  /** Longest time of one frame's way, milliseconds. */
  latencyMs = 80;
  private waiting: (() => void)[] = [];

  constructor(
    readonly time: VirtualTime,
    readonly server: ChatServer,
    readonly random: Chance,
  ) {}

  connect(url: string, owner: TimerOwner): SimulatedSocket {
    const socket = new SimulatedSocket(this, new URL(url).searchParams.get("roomId") ?? "global", owner);
    this.sockets.add(socket);
    return socket;
  }

  /** Bring `arrive` over to the other side; each frame takes its own time. */
  carry(arrive: () => void): void {
    this.time.after(between(this.random, 5, this.latencyMs), () => {
      if (this.downSince === null) arrive();
      else this.waiting.push(arrive);
    });
  }

  down(): void {
    this.downSince ??= this.time.now;
  }

  up(): void {
    if (this.downSince === null) return;
    const short = this.time.now - this.downSince < OUTLIVES_MS;
    this.downSince = null;
    const late = this.waiting.splice(0);
    if (!short) for (const socket of this.sockets) socket.dies();
    for (const arrive of late) this.carry(arrive);
  }
}

export class SimulatedSocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  /** Frames the client has sent: action and time. */
  readonly frames: { action: string; at: number }[] = [];
  state: "connecting" | "open" | "closed" = "connecting";
  /** Since when nothing gets through, though neither side was told; null while it does. */
  deadSince: number | null = null;
  /** Since when nothing from the client gets through, while pushes still come; null while it does. */
  muteSince: number | null = null;
  private readonly connection: Connection = { rooms: new Map(), deliver: (frame) => this.toClient(frame) };
  private lastHeard: number;

  constructor(
    private readonly network: Network,
    roomId: string,
    readonly owner: TimerOwner,
  ) {
    this.lastHeard = network.time.now;
    const fails = network.downSince !== null && network.random() < 0.5;
    if (fails) network.time.after(50, () => this.close(1006));
    else network.carry(() => network.carry(() => this.open(roomId)));
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.frames.push({ action: frame.action, at: this.network.time.now });
    if (this.muteSince !== null) return;
    this.network.carry(() => {
      if (this.deadSince !== null || this.state !== "open") return;
      this.lastHeard = this.network.time.now;
      this.network.server.receive(this.connection, frame);
    });
  }

  /** The client closes, or hears that it is closed. */
  close(code = 1000): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.network.server.connections.delete(this.connection);
    this.network.sockets.delete(this);
    this.call(this.onclose, { code });
  }

  /** Both sides still believe in it. */
  dies(): void {
    if (this.state === "open") this.deadSince ??= this.network.time.now;
    this.network.server.connections.delete(this.connection);
  }

  mutes(): void {
    this.muteSince ??= this.network.time.now;
  }

  private open(roomId: string): void {
    if (this.state !== "connecting" || this.owner.gone) return;
    this.state = "open";
    this.network.server.connect(this.connection, roomId);
    this.network.time.after(LIFETIME_MS, () => this.serverCloses());
    this.closeWhenIdle();
    this.call(this.onopen, {});
  }

  private closeWhenIdle(): void {
    const idle = this.network.time.now - this.lastHeard;
    if (idle >= IDLE_MS) return this.serverCloses();
    this.network.time.after(IDLE_MS - idle + 1, () => this.state === "open" && this.deadSince === null && this.closeWhenIdle());
  }

  private serverCloses(): void {
    if (this.deadSince === null) this.network.carry(() => this.deadSince === null && this.close(1001));
  }

  private toClient(frame: object): void {
    this.network.carry(() => {
      if (this.deadSince === null && this.state === "open") this.call(this.onmessage, { data: JSON.stringify(frame) });
    });
  }

  private call(listener: ((event: never) => void) | null, event: object): void {
    if (!this.owner.gone) this.network.time.runAs(this.owner, () => listener?.(event as never));
  }
}
