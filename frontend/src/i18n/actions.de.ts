/** What one does with messages and rooms. */
export default {
  messageActions: {
    reply: "Antworten",
    edit: "Nachricht bearbeiten",
    remove: "Nachricht löschen",
  },
  editing: {
    label: "Nachricht bearbeiten",
    save: "Speichern",
    cancel: "Abbrechen",
    refused: "Diese Nachricht lässt sich nicht mehr bearbeiten.",
  },
  removing: {
    title: "Diese Nachricht löschen?",
    hint: "Ihr Text ist für alle und für immer weg.",
    keep: "Behalten",
    remove: "Löschen",
  },
  reactions: {
    title: "Reaktionen",
    add: "Reagieren",
    with: "Mit {emoji} reagieren",
    label: "{emoji} {count}: {who}",
  },
  switcher: {
    label: "Name des Raums",
    rooms: "Räume",
    mine: "Deine Räume",
    others: "Öffentliche Räume",
    none: "Kein Raum passt.",
  },
  export: {
    format: "Format",
    formats: { markdown: "Markdown", json: "JSON" },
    hints: { markdown: "Zum Lesen.", json: "Für Programme." },
    reading: "{count} Nachrichten gelesen …",
    saved: "{count} Nachrichten gespeichert.",
    save: "Als Datei sichern",
  },
  jump: {
    day: "Tag",
    missing: "Wähle einen Tag.",
    go: "Springen",
  },
  firstSteps: {
    create: "Einen eigenen Raum anlegen",
    title: "Womit anfangen",
    popular: "Räume mit vielen Leuten",
    invite: "Link für andere kopieren",
  },
  roomMenu: {
    title: "Mehr zu diesem Raum",
    settings: "Einstellungen des Raums…",
    favourite: "Favorit",
    mute: "Raum stummschalten",
    markUnread: "Als ungelesen markieren",
    date: "Zu einem Datum springen …",
    export: "Exportieren …",
  },
};
