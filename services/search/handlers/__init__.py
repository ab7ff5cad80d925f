"""The function at the stream of messages, and the one that answers searches."""
