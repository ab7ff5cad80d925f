"""How long a page's main thread works, in all and for each frame, read from a Chromium trace."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
Event = dict[str, Any]


@dataclass
class Frame:
    """From one animation frame to the next: tasks of the main thread, and messages received."""

    work_ms: float = 0.0
    # Without the time in which other processes had the processor.
    cpu_ms: float = 0.0
    messages: int = 0


def frames_of(trace: bytes) -> list[Frame]:
    """The frames of the renderer in `trace` that receives messages; its page has to ask for every frame.

    A task counts as a whole for the frame it ends in, so that the one that draws a frame belongs to it; the
    work of a frame can therefore exceed the display's interval.
    """
    events: list[Event] = json.loads(trace)["traceEvents"]
    main = _main_thread(events)
    of_page = [event for event in events if (event["pid"], event["tid"]) == main]
    starts = sorted(event["ts"] for event in of_page if event["name"] == "FireAnimationFrame")
    frames = [Frame() for _ in starts]
    for event in of_page:
        at = bisect_right(starts, event["ts"]) - 1
        # What lies before the first frame and after the last is cut off.
        if not 0 <= at < len(frames) - 1:
            continue
        if event["name"] == "WebSocketReceive":
            frames[at].messages += 1
    for task in _tasks(of_page):
        at = bisect_right(starts, task["ts"] + task["dur"]) - 1
        if 0 <= at < len(frames) - 1:
            frames[at].work_ms += task["dur"] / 1_000
            frames[at].cpu_ms += task["tdur"] / 1_000
    return frames[:-1]


def task_cpu_ms(trace: bytes) -> list[float]:
    """Processor time of each task of the renderer in `trace` that receives messages, in milliseconds."""
    events: list[Event] = json.loads(trace)["traceEvents"]
    main = _main_thread(events)
    of_page = [event for event in events if (event["pid"], event["tid"]) == main]
    return [task["tdur"] / 1_000 for task in _tasks(of_page)]


def _main_thread(events: list[Event]) -> tuple[int, int]:
    for event in events:
        if event["name"] == "WebSocketReceive":
            return event["pid"], event["tid"]
    raise ValueError("no message was received while the trace was recorded")


def _tasks(events: list[Event]) -> Iterator[Event]:
    return (event for event in events if event["name"] == "RunTask" and event["ph"] == "X")
