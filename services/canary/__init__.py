"""Canary: uses the chat as a user does, every few minutes, and fails when that does not work."""
