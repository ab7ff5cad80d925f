"""The clock of another machine, read over a network that is not equally quick each time."""

import pytest

from tests.load.clock import QUESTIONS, clock_offset_seconds


def test_the_quickest_answer_tells_the_offset() -> None:
    now = 1_000.0
    there = iter([4.0, 2.0, 0.001, 3.0, 1.0][:QUESTIONS])  # the way there; the way back is always quick

    def ask() -> float:
        nonlocal now
        now += next(there)
        told = now + 5
        now += 0.001
        return told

    assert clock_offset_seconds(ask, lambda: now) == pytest.approx(5)
