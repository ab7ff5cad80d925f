/** What the page says of a conversation of two, where it would speak of being in a room: nobody is in a person. */
export default {
  rooms: {
    leave: "Unterhaltung mit {room} schließen",
    left: "Du hast die Unterhaltung mit {room} geschlossen.",
    notIn: "Die Unterhaltung mit {room} ist geschlossen.",
    joinAgain: "Öffnen",
    dialogEnded: "Die Unterhaltung mit {room} ist nicht mehr offen, und was dazu offen war, ist geschlossen.",
    editEnded: "Die Nachricht an {room}, die du bearbeitet hast, gibt es nicht mehr. Dein Text steht im Nachrichtenfeld.",
  },
  conversation: {
    messages: "Nachrichten mit {room}",
    emptyText: "Schreib etwas: Nur ihr beide könnt es lesen.",
    start: "Hier beginnt deine Unterhaltung mit {room}.",
  },
  announce: {
    elsewhere: "{count} neue Nachricht von {room} | {count} neue Nachrichten von {room}",
    failed: "{count} Nachricht an {room} nicht gesendet: {reason} | {count} Nachrichten an {room} nicht gesendet: {reason}",
  },
  mentions: { byIn: "{name} hat dich in eurer Unterhaltung erwähnt" },
  search: { here: "Mit {room}", moreIn: "Mehr mit {room}" },
};
