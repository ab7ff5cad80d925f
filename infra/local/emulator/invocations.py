"""What the emulator tells of its functions' invocations, and where."""

from typing import TypedDict

PATH = "/_chat/invocations"  # of no AWS service; the emulator's own begin with /_ministack


class Invocation(TypedDict):
    """One invocation: when it ended, epoch ms; how long it took, ms; its lines in embedded metric format."""

    function: str
    at: int
    duration: float
    lines: list[str]
