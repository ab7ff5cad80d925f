/**
 * A back end in one process's memory, in mock mode, for looking at the front end alone. Not shipped, not a test oracle.
 *
 *     node scripts/mock-server.ts [--port 3001] [--messages 2000]
 *
 * It prints the address for VITE_WEBSOCKET_URL. A message "/flood N" makes another user send N messages, 17 a second;
 * "/lively N" does the same, and others react to each; "/burst N" makes them come in frames of 100; "/fail" is refused. Whoever types makes two others type, too.
 * In "town-hall" 500 people are online, in "stadium" too many to list, in "nowhere" nobody can tell; "limbo" never answers.
 */
import { parseArgs } from "node:util";
import { v7 } from "uuid";
import { WebSocketServer, type WebSocket } from "ws";
import type { Message } from "../src/protocol/frames.ts";
import { changeMessage, isChangeAction } from "./mock-changes.ts";
import { answerRooms } from "./mock-rooms.ts";

const { values } = parseArgs({
  options: { port: { type: "string", default: "3001" }, messages: { type: "string", default: "200" } },
});
const rooms = new Map<string, Message[]>();
const members = new Map<WebSocket, Set<string>>();
const FLOOD_INTERVAL_MS = 59;
const LOOKED_BACK = 7;
const EMOJI = ["👍", "❤️", "😂", "🎉", "😮"];

interface Sender {
  userId: string;
  username: string;
}
interface Frame {
  action: string;
  requestId?: string;
  data?: {
    roomId: string;
    content: string;
    clientMessageId?: string;
    replyTo?: string;
    limit?: number;
    before?: string;
    after?: string;
    sortKey?: string;
    emoji?: string;
    on?: boolean;
    query?: string;
    roomIds?: string[];
    userIds?: string[];
  };
}

const AUTHORS = ["Mira", "Jonas", "Aylin", "Ravi"].map((username) => ({ userId: username.toLowerCase(), username }));
const LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh the Younger";
const OTHERS = [...AUTHORS, { userId: "long", username: LONG_NAME }, { userId: "nour", username: "نور الهدى" }];
const CROWD = Array.from({ length: 499 }, (_, index) => ({ userId: `guest-${index}`, username: `Guest ${index + 1}` }));
const STATUSES: Record<string, string> = { mira: "In meetings until four", ravi: "On holiday, ask Jonas" };
const TEXTS = [
  "Morning! Did the deploy go through?",
  "It did. Queue age stayed under a second the whole time.",
  "Nice. The write-up is at https://example.com/notes/fan-out?page=2, have a look when you can.",
  "`make dev` works on my machine now, too:\n```\nfrontend  http://localhost:3000\nedge      ws://127.0.0.1:3001/local\n```",
  "Thank you!",
  "One more thing: could we agree on a name for the shard attribute before everybody invents their own?",
  "مرحبا، هل يعمل الترتيب من اليمين إلى اليسار؟",
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
];

function store(roomId: string, sender: Sender, content: string, messageId: string, replyTo?: string): Message {
  const createdAt = Number.parseInt(messageId.replaceAll("-", "").slice(0, 12), 16);
  const message = { roomId, sortKey: `${createdAt}#${messageId}`, messageId, ...sender, content, createdAt, replyTo };
  const history = rooms.get(roomId) ?? [];
  if (!history.slice(-1_000).some((known) => known.messageId === messageId)) history.push(message);
  rooms.set(roomId, history);
  return message;
}

function publish(message: Message, except?: WebSocket): void {
  push(message.roomId, { type: "newMessage", data: message }, except);
}

function push(roomId: string, frame: object, except?: WebSocket): void {
  for (const [socket, joined] of members) {
    if (socket !== except && joined.has(roomId)) socket.send(JSON.stringify(frame));
  }
}

function page({ roomId, limit = 50, before, after }: NonNullable<Frame["data"]>) {
  const history = rooms.get(roomId) ?? [];
  const matching = history.filter(({ sortKey }) => (!before || sortKey < before) && (!after || sortKey > after));
  const data = after ? matching.slice(0, limit) : matching.slice(-limit);
  const more = data.length < matching.length;
  const nextCursor = more ? ((after ? data.at(-1) : data[0])?.sortKey ?? null) : null;
  return { type: "messageHistory", roomId, nextCursor, data };
}

function searched({ query = "", roomId, roomIds = [roomId] }: NonNullable<Frame["data"]>) {
  const words = query.toLowerCase().split(/\s+/);
  const found = roomIds.flatMap((each) => rooms.get(each) ?? []).filter(({ content }) => words.every((word) => content.toLowerCase().includes(word)));
  return { type: "searchResults", data: { messages: found.slice(-20).reverse(), moreIn: [], nextCursor: null } };
}

function membersOf(roomId: string, viewer: Sender): object {
  if (roomId === "nowhere") return { type: "error", data: { code: "INTERNAL", message: "asked for" } };
  const listed = roomId === "stadium" ? null : [...(roomId === "town-hall" ? CROWD : OTHERS), viewer];
  const online = listed?.length ?? 1_000;
  return { type: "members", data: { roomId, members: listed, online, more: !listed, at: Date.now() } };
}

function profilesOf(userIds: readonly string[], viewer: Sender): object {
  const people = [...OTHERS, ...CROWD, viewer].filter(({ userId }) => userIds.includes(userId));
  const profiles = people.map(({ userId, username }) => ({ userId, handle: userId, displayName: username, status: STATUSES[userId] ?? "" }));
  return { type: "profiles", data: { profiles } };
}

function answer(socket: WebSocket, sender: Sender, { action, data }: Frame): object | null {
  if (action === "ping" || !data) return { type: "ack" };
  const ofRooms = answerRooms(action, data, sender);
  if (ofRooms) return ofRooms;
  if (action === "getProfiles") return profilesOf(data.userIds ?? [], sender);
  if (data.roomId === "limbo") return null;
  if (action === "getMessages") return page(data);
  if (action === "searchMessages") return searched(data);
  if (isChangeAction(action)) {
    const change = changeMessage(action, data, sender, rooms.get(data.roomId) ?? []);
    if (!change) return { type: "error", data: { code: "INVALID_FRAME", message: "there is no such message" } };
    push(data.roomId, { type: "change", data: change }, socket);
    return { type: "change", data: change };
  }
  if (action === "getMembers") return membersOf(data.roomId, sender);
  if (action === "typing") {
    socket.send(JSON.stringify({ type: "typing", data: { roomId: data.roomId, users: AUTHORS.slice(0, 2) } }));
  }
  if (action === "joinRoom") members.get(socket)?.add(data.roomId);
  if (action === "leaveRoom") members.get(socket)?.delete(data.roomId);
  if (action !== "sendMessage") return { type: "ack" };
  if (data.content.startsWith("/fail")) return { type: "error", data: { code: "INVALID_CONTENT", message: "asked for" } };
  burst(data.roomId, Number(/^\/burst (\d+)/.exec(data.content)?.[1] ?? 0));
  const [, kind, count = 0] = /^\/(flood|lively) (\d+)/.exec(data.content) ?? [];
  flood(data.roomId, Number(count), kind === "lively");
  const message = store(data.roomId, sender, data.content, data.clientMessageId ?? v7(), data.replyTo);
  publish(message, socket);
  return { type: "newMessage", data: message };
}

function flood(roomId: string, count: number, lively: boolean): void {
  if (count === 0) return;
  publish(store(roomId, AUTHORS[count % 4] as Sender, `${TEXTS[count % TEXTS.length]} (${count})`, v7()));
  if (lively) react(roomId, count);
  setTimeout(() => flood(roomId, count - 1, lively), FLOOD_INTERVAL_MS);
}

/** Somebody reacts to one of the last messages, as people do. */
function react(roomId: string, turn: number): void {
  const history = rooms.get(roomId) ?? [];
  const target = history.at(-1 - (turn % LOOKED_BACK));
  if (!target) return;
  const data = { roomId, sortKey: target.sortKey, content: "", emoji: EMOJI[turn % EMOJI.length] as string, on: true };
  const change = changeMessage("react", data, AUTHORS[turn % 3] as Sender, history);
  if (change) push(roomId, { type: "change", data: change });
}

function burst(roomId: string, count: number, sent = 0): void {
  if (sent >= count) return;
  const data = Array.from({ length: Math.min(100, count - sent) }, (_, index) =>
    store(roomId, AUTHORS[index % 4] as Sender, `burst ${sent + index + 1} of ${count}`, v7()),
  );
  for (const [socket, joined] of members) {
    if (joined.has(roomId)) socket.send(JSON.stringify({ type: "newMessages", data }));
  }
  setTimeout(() => burst(roomId, count, sent + data.length), FLOOD_INTERVAL_MS);
}

function seed(roomId: string, count: number): void {
  const start = Date.now() - count * 90_000;
  for (let index = 0; index < count; index++) {
    const author = AUTHORS[Math.floor(index / 3) % AUTHORS.length] as Sender;
    store(roomId, author, TEXTS[index % TEXTS.length] as string, v7({ msecs: start + index * 90_000 }));
  }
}

seed("global", Number(values.messages));
seed("ops", 30);
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(values.port),
  handleProtocols: (offered) => (offered.has("chat.v2") ? "chat.v2" : false),
});
server.on("listening", () => process.stdout.write(`ws://127.0.0.1:${values.port}/local\n`));
server.on("connection", (socket, request) => {
  const query = new URL(request.url ?? "/", "ws://localhost").searchParams;
  const sender = { userId: query.get("userId") ?? "anonymous", username: query.get("username") ?? "Anonymous" };
  members.set(socket, new Set([query.get("roomId") ?? "global"]));
  socket.on("close", () => members.delete(socket));
  socket.on("message", (text) => {
    const frame = JSON.parse(String(text)) as Frame;
    const reply = answer(socket, sender, frame);
    if (reply) socket.send(JSON.stringify({ ...reply, requestId: frame.requestId }));
  });
});
