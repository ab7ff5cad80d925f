"""One clock for a swarm over several machines."""

from collections.abc import Callable

QUESTIONS = 5


def clock_offset_seconds(ask: Callable[[], float], clock: Callable[[], float]) -> float:
    """How far another clock is ahead of this one, by the quickest of some answers (Cristian's algorithm).

    Args:
        ask: what the other clock says, epoch seconds; takes its time.
        clock: what this one says.
    """
    answers: list[tuple[float, float]] = []
    for _ in range(QUESTIONS):
        asked = clock()
        told = ask()
        took = clock() - asked
        answers.append((took, told - (asked + took / 2)))
    return min(answers)[1]
