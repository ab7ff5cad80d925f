"""Finding messages by their words: the index, which follows the messages table's stream."""
