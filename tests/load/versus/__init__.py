"""Ours against the reference's algorithm, under the same swarm. See docs/load-testing.md."""
