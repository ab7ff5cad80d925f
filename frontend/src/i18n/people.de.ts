/** What the page says of people: their names, invitations by name, conversations of two, reports. */
export default {
  profile: "Dein Profil",
  handle: "Kontoname",
  handleHint: "Gehört dir allein. 2 bis 32 Buchstaben, Ziffern und, dazwischen, „.“, „-“ oder „_“.",
  status: "Status (freiwillig)",
  saved: "Gespeichert. Andere sehen es gleich.",
  refused: "Das nimmt der Server nicht an. Ein Kontoname hat 2 bis 32 Buchstaben, Ziffern und, dazwischen, „.“, „-“ oder „_“, und nichts darf unsichtbar sein.",
  inviteHandle: "Kontoname der Person",
  invite: "Einladen",
  invited: "{'@'}{handle} ist jetzt Mitglied.",
  nobody: "Niemand hat den Kontonamen „{handle}“.",
  write: "{name} allein schreiben",
  reason: "Was stimmt damit nicht? (freiwillig)",
  reported: "Danke. Wer diesen Chat betreibt, sieht es sich an.",
  notThere: "Die Nachricht gibt es nicht mehr, oder du darfst diesen Raum nicht lesen.",
  bannedUntil: "Du bist aus diesem Raum ausgeschlossen bis {until}.",
};
