"""What the stream of messages is handed to."""
