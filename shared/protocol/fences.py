"""Fences of code in a text, found line by line: what is written to be slow to read takes no longer."""

import re
from collections.abc import Sequence

# CommonMark, 4.5: up to three spaces; a fence of backticks has none behind it in its line.
_OPENING = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)")
_CLOSING = re.compile(r" {0,3}(`++|~++)[`~]*+[ \t]*")


def without_fences(text: str) -> str:
    """Return a text with a space in place of each fence that is closed, its lines included."""
    lines = text.split("\n")
    ends = [_run_of(_CLOSING.fullmatch(line)) for line in lines]
    kept: list[str] = []
    unclosed = {"`": len(text), "~": len(text)}  # from here on, a fence of so many signs is not closed
    at = 0
    while at < len(lines):
        begin = _run_of(_OPENING.fullmatch(lines[at]))
        sign = begin[:1]
        closed = None
        if begin and len(begin) < unclosed[sign]:
            closed = _closing(begin, ends, at + 1)
            if closed is None:
                unclosed[sign] = len(begin)
        kept.append(lines[at] if closed is None else " ")
        at = at + 1 if closed is None else closed + 1
    return "\n".join(kept)


def _closing(begin: str, ends: Sequence[str], first: int) -> int | None:
    return next((at for at in range(first, len(ends)) if ends[at].startswith(begin)), None)


def _run_of(match: re.Match[str] | None) -> str:
    return next(filter(None, match.groups()), "") if match else ""
