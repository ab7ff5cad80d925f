"""How long `sendMessage` takes in a room of 10 and of 10,000: ours and the reference's, which delivers.

Both run against the same moto, in this process. Ours stores and publishes; small and large room take turns.
The reference stores, scans twice and posts with AWS's client to every connection of its stack, here the
room's members alone. Its posts are answered at once, without a network, which flatters it. Figures are
medians.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

from tests.bench.moto_stack import moto_stack
from tests.bench.reference_send import poster, reference_table, send_as_the_reference

SMALL, LARGE = 10, 10_000
SENDS = 200
REFERENCE_SENDS = 2


def run() -> dict[str, float]:
    figures: dict[str, float] = {}
    with moto_stack() as stack:
        rooms = {size: f"room-{size}" for size in (SMALL, LARGE)}
        for size, room in rooms.items():
            stack.fill(room, size)
            stack.send(room)  # warm
        turns = [{size: _taken_ms(partial(stack.send, rooms[size])) for size in rooms} for _ in range(SENDS)]
        posts = poster(stack)
        for size in rooms:
            reference_table(stack, size)
            once = partial(send_as_the_reference, stack, posts, "all pages")
            taken = [_taken_ms(once) for _ in range(REFERENCE_SENDS)]
            figures[f"send_latency_ms.{size}.ours"] = statistics.median(turn[size] for turn in turns)
            figures[f"send_latency_ms.{size}.reference"] = statistics.median(taken)
    return figures | {
        "send_latency_ratio": _ratio(figures, "ours"),
        "send_latency_ratio_reference": _ratio(figures, "reference"),
    }


def _ratio(figures: dict[str, float], whose: str) -> float:
    return figures[f"send_latency_ms.{LARGE}.{whose}"] / figures[f"send_latency_ms.{SMALL}.{whose}"]


def _taken_ms(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000
