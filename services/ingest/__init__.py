"""From the browser in: connect, disconnect, send, join and leave, and whatever fits no other route."""
