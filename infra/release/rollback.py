"""Taking a release back, of all functions, whichever of them it changed or came to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from infra.release.aliases import CLOSED, LIVE, PREVIOUS, Pointer, move, point, pointer_of
from infra.release.versions import Report

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


class NothingToReturnTo(Exception):
    """The functions were released once at most."""


def roll_back(functions: LambdaClient, names: list[str], report: Report) -> None:
    """Switch all functions back to what they were before the last release; doing it twice undoes it.

    A function that the release brought is closed again. Where a release or a roll back ended half-way, all
    become what the first of `names` is, which is switched last by a release and first by a roll back.

    Raises:
        NothingToReturnTo: nothing was released before; all are closed until a release succeeds.
    """
    live = _pointers(functions, names, LIVE)
    previous = _pointers(functions, names, PREVIOUS)
    closed = _pointers(functions, names, CLOSED)
    open_ones = [name for name in live if name not in closed or live[name].version != closed[name].version]
    releases = list(dict.fromkeys(live[name].release for name in open_ones))
    goal = releases[0] if len(releases) > 1 else None
    targets: dict[str, Pointer] = {}
    for name, now in live.items():
        before = previous.get(name) or closed.get(name) or now
        is_there = now.release == goal or (name not in open_ones and before.release != goal)
        targets[name] = now if goal is not None and is_there else before
    if all(name in closed and to.version == closed[name].version for name, to in targets.items()):
        _close(functions, closed, report)
        raise NothingToReturnTo(
            "there is no release before this one: handshakes are answered 503 until a release succeeds"
        )
    for name, to in targets.items():
        if to != live[name]:
            move(functions, name, to)
            report(f"{name}: version {live[name].version} → {to.version}")


def _pointers(functions: LambdaClient, names: Iterable[str], alias: str) -> dict[str, Pointer]:
    found = ((name, pointer_of(functions, name, alias)) for name in names)
    return {name: pointer for name, pointer in found if pointer}


def _close(functions: LambdaClient, closed: dict[str, Pointer], report: Report) -> None:
    for name, to in closed.items():
        point(functions, name, LIVE, to)
        report(f"{name}: closed")
