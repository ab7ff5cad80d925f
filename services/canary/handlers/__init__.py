"""Lambda's entry."""
