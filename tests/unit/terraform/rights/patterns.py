"""Patterns with `*`, as IAM compares them."""

import re
from functools import cache


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.S)


def covers(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text; stars in the text count as themselves."""
    return _regex(pattern).fullmatch(text) is not None


@cache
def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    if not one or not other:
        return not (one + other).replace("*", "")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return one[0] == other[0] and overlap(one[1:], other[1:])
