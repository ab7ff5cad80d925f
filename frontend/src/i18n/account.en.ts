/** What the page says of what belongs to somebody's account. */
export default {
  data: "Your data",
  exportHint: "Everything you wrote, your profile, your rooms and how far you have read, as a file.",
  export: "Export my data",
  cancel: "Cancel",
  delete: "Delete your account",
  deleteHint: "Everything you wrote is removed from all rooms, and nobody can bring it back. You are signed out on all devices. Your handle stays unused.",
  typeHandle: "Type your handle, “{handle}”, to confirm",
  handleUnknown: "To delete your account you type your handle, which is not loaded yet. It comes with the connection.",
  otherHandle: "That is not your handle.",
  deleteNow: "Delete my account for good",
  deleted: "Your account was deleted. What you wrote is removed within hours.",
  nobody: "Deleted account",
};
