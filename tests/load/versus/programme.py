"""Which runs the comparison makes. Pure."""

from collections.abc import Iterator
from typing import get_args

from tests.load.versus.contest import MESSAGES_PER_SECOND, Faults

SIZES = sorted(MESSAGES_PER_SECOND)
FAULTS: tuple[Faults, ...] = get_args(Faults)
# A thousand take two minutes and a half to come and to go, and faults show in smaller rooms as well.
LARGEST_WITH_FAULTS = 300


class NoSuchSize(Exception):
    """The comparison has no runs of that size."""


def programme(sizes: list[int], faults: Faults | None) -> Iterator[tuple[int, Faults]]:
    """Yield size and faults of each run, smaller ones first.

    Args:
        sizes: those that were asked for; none for all.
        faults: those that were asked for, at every size; None for all that are made unasked.

    Raises:
        NoSuchSize: see there.
    """
    if unknown := sorted(set(sizes) - set(SIZES)):
        raise NoSuchSize(f"there is no size {unknown[0]}; the sizes are {SIZES}")
    for size in sorted(set(sizes)) or SIZES:
        for kind in [faults] if faults else FAULTS:
            if faults or kind == "none" or size <= LARGEST_WITH_FAULTS:
                yield size, kind
