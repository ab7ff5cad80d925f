/** What of a room the user wants to be told. */
export const NOTIFY_LEVELS = ["all", "mentions", "none"] as const;
export type NotifyLevel = (typeof NOTIFY_LEVELS)[number];

export function isNotifyLevel(value: unknown): value is NotifyLevel {
  return NOTIFY_LEVELS.some((level) => level === value);
}

/** Whether a message is told of, at a level; `mentions` is whether it mentions the user. */
export function tells(level: NotifyLevel, mentions: boolean): boolean {
  return level === "all" || (level === "mentions" && mentions);
}
