/** What the page says of what belongs to somebody's account. */
export default {
  data: "Deine Daten",
  exportHint: "Alles, was du geschrieben hast, dein Profil, deine Räume und wie weit du gelesen hast, als Datei.",
  export: "Meine Daten exportieren",
  cancel: "Abbrechen",
  delete: "Dein Konto löschen",
  deleteHint: "Alles, was du geschrieben hast, verschwindet in allen Räumen, und niemand kann es zurückholen. Du wirst auf allen Geräten abgemeldet. Deinen Kontonamen bekommt niemand.",
  typeHandle: "Zur Bestätigung deinen Kontonamen eingeben: „{handle}“",
  handleUnknown: "Um dein Konto zu löschen, gibst du deinen Kontonamen ein, der noch nicht geladen ist. Er kommt mit der Verbindung.",
  otherHandle: "Das ist nicht dein Kontoname.",
  deleteNow: "Mein Konto endgültig löschen",
  deleted: "Dein Konto ist gelöscht. Was du geschrieben hast, verschwindet innerhalb von Stunden.",
  nobody: "Gelöschtes Konto",
};
