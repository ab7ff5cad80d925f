"""Fewer of hypothesis' examples where each takes long."""

from hypothesis import settings


def of_fifty(count: int) -> int:
    """Return how many examples to try: `count` where the profile has fifty, more where it has more."""
    return settings().max_examples * count // 50
