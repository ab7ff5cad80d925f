/** What somebody wrote, what they are called and where they are, as a file that grows page by page. */
import type { Message } from "@/protocol/frames";
import type { Membership, Profile } from "@/protocol/roomFrames";
import { inLine, quoted } from "./markdown";
import type { ExportFormat } from "./roomExport";

export interface ExportedAccount {
  readonly userId: string;
  readonly username: string;
  /** Missing where the user never had one. */
  readonly profile?: Profile;
  readonly memberships: readonly Membership[];
  /** Ids of whom they block. */
  readonly blocked: readonly string[];
}

export interface AccountFile {
  /** One page more of what they wrote, oldest first. */
  add(messages: readonly Message[]): void;
  /** The parts of the file; nothing may be added any more. */
  end(): readonly string[];
}

export function accountFile(account: ExportedAccount, format: ExportFormat): AccountFile {
  return format === "json" ? jsonFile(account) : markdownFile(account);
}

function jsonFile({ userId, username, profile, memberships, blocked }: ExportedAccount): AccountFile {
  const rooms = memberships.map(({ roomId, room, role, joinedAt, lastRead, notify, favourite = false, markedUnread = false }) => ({
    roomId,
    title: room?.title ?? "",
    role,
    joinedAt: isoTime(joinedAt),
    lastRead,
    notify,
    favourite,
    markedUnread,
  }));
  const seen = profile?.lastSeenAt === undefined ? {} : { lastSeenAt: isoTime(profile.lastSeenAt) };
  const head = JSON.stringify({ userId, username, profile: profile ? { ...profile, ...seen } : null, rooms, blocked }, null, 2);
  const parts = [`${head.slice(0, -2)},\n  "messages": [`];
  let separator = "\n";
  return {
    add(messages) {
      for (const { roomId, sortKey, createdAt, editedAt, content } of messages) {
        const edited = editedAt === undefined ? {} : { editedAt: isoTime(editedAt) };
        parts.push(`${separator}    ${JSON.stringify({ roomId, sortKey, at: isoTime(createdAt), ...edited, content })}`);
        separator = ",\n";
      }
    },
    end: () => [...parts, "\n  ]\n}\n"],
  };
}

function markdownFile({ username, profile, memberships }: ExportedAccount): AccountFile {
  const titles = new Map(memberships.map(({ roomId, room }) => [roomId, room?.title || roomId]));
  const name = profile ? `${profile.displayName} @${profile.handle}` : username;
  const parts = [`# ${inLine(name)}\n`];
  if (profile?.status) parts.push(`\n${inLine(profile.status)}\n`);
  for (const { roomId, role, joinedAt } of memberships) {
    parts.push(`\n- ${inLine(titles.get(roomId) ?? roomId)} · ${role} · ${isoTime(joinedAt).slice(0, 10)}`);
  }
  if (memberships.length > 0) parts.push("\n");
  return {
    add: (messages) => void parts.push(...messages.map((message) => `\n${quoted(titles.get(message.roomId) ?? message.roomId, message)}`)),
    end: () => parts,
  };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
