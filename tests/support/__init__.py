"""What several kinds of tests share, each once."""
