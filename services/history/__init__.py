"""What was said: pages of a room or of one's own messages."""
