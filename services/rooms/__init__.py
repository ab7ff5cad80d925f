"""Rooms with a title, and who is what in them: create, find, invite, moderate, read positions."""
