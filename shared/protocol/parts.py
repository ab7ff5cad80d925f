"""Splitting rows into frames: people's texts decide how long a row is, and API Gateway how long a frame."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pydantic_core import to_json

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES

T = TypeVar("T")


def parts(rows: Iterable[T], *, beside: int = 0) -> Iterator[list[T]]:
    """Yield the rows in their order, in parts that fit into a frame each; a row fits into any.

    Args:
        rows: what a frame holds several of, models or what JSON is made of.
        beside: bytes of what else it holds, beyond an envelope.
    """
    part: list[T] = []
    size = beside
    for row in rows:
        added = len(to_json(row, by_alias=True)) + 1  # and a comma
        if part and size + added > FRAME_LIMIT_BYTES:
            yield part
            part, size = [], beside
        part.append(row)
        size += added
    if part:
        yield part


def first_part(rows: Iterable[T], *, beside: int = 0) -> list[T]:
    """Return as many of the first rows as fit into a frame; the arguments are those of `parts`."""
    first: list[T] = next(parts(rows, beside=beside), [])
    return first
