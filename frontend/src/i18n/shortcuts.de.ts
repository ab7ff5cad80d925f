/** What the list of keyboard shortcuts says; keys are named as on a keyboard of the language. */
export default {
  send: "Nachricht senden",
  newLine: "Neue Zeile beginnen",
  messages: "Zwischen Nachrichten wechseln, in der Unterhaltung",
  firstMessage: "Erste geladene Nachricht",
  lastMessage: "Letzte Nachricht",
  nextRoom: "Nächster Raum",
  previousRoom: "Voriger Raum",
  switcher: "Zu einem Raum gehen",
  search: "In diesem Raum suchen; noch einmal: auf dem Bildschirm",
  join: "Raum betreten",
  composer: "Zum Nachrichtenfeld",
  latest: "Zum Neuesten springen",
  members: "Mitglieder zeigen oder ausblenden",
  help: "Diese Liste zeigen",
  keys: { Enter: "Enter", Shift: "Umschalt", Ctrl: "Strg", Alt: "Alt", Home: "Pos1", End: "Ende" },
};
