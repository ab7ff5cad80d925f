"""Durations as operators write them."""

import re

import typer

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def parse_duration(text: str) -> int:
    """`90s`, `15m`, `2h`, `3d` in milliseconds.

    Raises:
        typer.BadParameter: it is none of these.
    """
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None:
        raise typer.BadParameter(f"{text!r} is not a duration like 90s, 15m, 2h or 3d")
    return int(found[1]) * _SECONDS[found[2]] * 1000


def in_words(milliseconds: float) -> str:
    """Return the largest unit that makes one or more: `5 s`, `12 m`, `3 h`, `2 d`."""
    seconds = max(0, milliseconds) / 1000
    unit = next((unit for unit in ("d", "h", "m") if seconds >= _SECONDS[unit]), "s")
    return f"{seconds / _SECONDS[unit]:.0f} {unit}"
