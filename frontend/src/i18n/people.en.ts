/** What the page says of people: their names, invitations by name, conversations of two, reports. */
export default {
  profile: "Your profile",
  handle: "Handle",
  handleHint: "Yours alone. 2 to 32 letters, digits and, between them, “.”, “-” or “_”.",
  status: "Status (optional)",
  saved: "Saved. Others see it within moments.",
  refused: "The server does not accept this. A handle has 2 to 32 letters, digits and, between them, “.”, “-” or “_”, and nothing may be invisible.",
  inviteHandle: "Handle of somebody",
  invite: "Invite",
  invited: "{'@'}{handle} is a member now.",
  nobody: "Nobody has the handle “{handle}”.",
  write: "Write to {name} alone",
  reason: "What is wrong with it? (optional)",
  reported: "Thank you. Those who operate this chat will look at it.",
  notThere: "The message is not there any more, or you may not read this room.",
  bannedUntil: "You are banned from this room until {until}.",
};
