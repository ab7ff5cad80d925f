/** What the page says of a conversation of two, where it would speak of being in a room: nobody is in a person. */
export default {
  rooms: {
    leave: "Close the conversation with {room}",
    left: "You closed the conversation with {room}.",
    notIn: "The conversation with {room} is closed.",
    joinAgain: "Open it",
    dialogEnded: "The conversation with {room} is not open any more, and what was open about it was closed.",
    editEnded: "The message to {room} that you were editing is gone. What you wrote is in the message field.",
  },
  conversation: {
    messages: "Messages with {room}",
    emptyText: "Say something: only the two of you can read it.",
    start: "This is where your conversation with {room} begins.",
  },
  announce: {
    elsewhere: "{count} new message from {room} | {count} new messages from {room}",
    failed: "{count} message to {room} not sent: {reason} | {count} messages to {room} not sent: {reason}",
  },
  mentions: { byIn: "{name} mentioned you in your conversation" },
  search: { here: "With {room}", moreIn: "More with {room}" },
};
