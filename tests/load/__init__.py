"""Swarms: load tests that account for every message and every member. See docs/load-testing.md."""
