/** What one does with messages and rooms. */
export default {
  messageActions: {
    reply: "Reply",
    edit: "Edit message",
    remove: "Delete message",
  },
  editing: {
    label: "Edit message",
    save: "Save",
    cancel: "Cancel",
    refused: "This message can no longer be edited.",
  },
  removing: {
    title: "Delete this message?",
    hint: "Its text is gone for everybody, for good.",
    keep: "Keep it",
    remove: "Delete",
  },
  reactions: {
    title: "Reactions",
    add: "React",
    with: "React with {emoji}",
    label: "{emoji} {count}: {who}",
  },
  switcher: {
    label: "Room name",
    rooms: "Rooms",
    mine: "Your rooms",
    others: "Public rooms",
    none: "No room matches.",
  },
  export: {
    format: "Format",
    formats: { markdown: "Markdown", json: "JSON" },
    hints: { markdown: "To read.", json: "For programs." },
    reading: "{count} messages read…",
    saved: "{count} messages saved.",
    save: "Save as a file",
  },
  jump: {
    day: "Day",
    missing: "Choose a day.",
    go: "Jump",
  },
  firstSteps: {
    create: "Make a room of your own",
    title: "Where to begin",
    popular: "Rooms with many people",
    invite: "Copy a link for others",
  },
  roomMenu: {
    title: "More about this room",
    settings: "Settings of the room…",
    favourite: "Favourite",
    mute: "Mute this room",
    markUnread: "Mark as unread",
    date: "Jump to a date…",
    export: "Export…",
  },
};
