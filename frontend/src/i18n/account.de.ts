/** What the page says of what belongs to somebody's account. */
export default {
  data: "Deine Daten",
  exportHint: "Alles, was du geschrieben hast, dein Profil, deine Räume und wie weit du gelesen hast, als Datei.",
  export: "Meine Daten exportieren",
  cancel: "Abbrechen",
};
