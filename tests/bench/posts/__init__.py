"""Posting to `@connections`, ours beside its rivals: `python -m tests.bench.posts`."""
