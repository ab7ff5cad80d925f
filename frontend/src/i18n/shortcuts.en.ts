/** What the list of keyboard shortcuts says; keys are named as on a keyboard of the language. */
export default {
  send: "Send the message",
  newLine: "Start a new line",
  messages: "Move between messages, in the conversation",
  firstMessage: "First loaded message",
  lastMessage: "Last message",
  nextRoom: "Next room",
  previousRoom: "Previous room",
  switcher: "Go to a room",
  search: "Search in this room; again: in what is on the screen",
  join: "Join a room",
  composer: "Go to the message field",
  latest: "Jump to latest",
  members: "Show or hide the members",
  help: "Show this list",
  keys: { Enter: "Enter", Shift: "Shift", Ctrl: "Ctrl", Alt: "Alt", Home: "Home", End: "End" },
};
