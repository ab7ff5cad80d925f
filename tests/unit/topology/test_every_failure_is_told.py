"""Each way in which each function can fail turns an alarm on, also where hardly anybody chats."""

from collections.abc import Iterator, Mapping
from typing import Literal

import pytest

from infra.topology.file import load_topology
from infra.topology.parts.functions import Function
from services.history import retention
from services.ingest import erasing
from tests.unit.topology.scenes import MINUTES, NIGHT, Scene, Stream, always, history

Trigger = Literal["route", "queue", "stream", "schedule"]
Kind = Literal["crashes", "is throttled", "is not called", "comes near its time-out"]
# What is told of a failure, by what calls the function; by a queue it is told of each queue.
ALARMS: Mapping[Kind, Mapping[Trigger, set[str]]] = {
    "crashes": {
        "route": {"function-errors"},
        "queue": {"function-errors"},
        "stream": {"function-errors"},
        "schedule": {"schedule-failures"},
    },
    "is throttled": {
        "route": {"function-throttles", "execution-errors"},
        "queue": {"function-throttles"},
        "stream": {"function-throttles"},
        "schedule": {"function-throttles", "schedule-failures"},
    },
    "is not called": {
        "route": {"execution-errors"},
        "queue": {"oldest-message-age", "oldest-slice-age", "presence-behind"},
        "stream": {"stream-silent"},
        "schedule": {"schedule-failures"},
    },
    "comes near its time-out": {
        "route": {"function-duration"},
        "queue": {"function-duration"},
        "stream": {"function-duration"},
        "schedule": {"function-duration"},
    },
}
TOPOLOGY = load_topology()
CANARY = "canary"  # has alarms of its own: test_alarms_tell_the_truth.py


def triggers(name: str, function: Function) -> Iterator[Trigger]:
    if name in {route.function for route in TOPOLOGY.routes.values()}:
        yield "route"
    if any(source.queue for source in function.consumes):
        yield "queue"
    if function.follows_a_stream:
        yield "stream"
    if function.is_always_scheduled:
        yield "schedule"


CASES = [
    (name, trigger, kind)
    for name, function in TOPOLOGY.functions.items()
    for trigger in triggers(name, function)
    for kind in ALARMS
]


def failing(name: str, trigger: Trigger, kind: Kind) -> dict[str, Stream]:
    """Return what AWS tells of a function that fails all the time."""
    function, full_name = TOPOLOGY.functions[name], f"chat-test-{name}"
    often = always(1 / function.schedule_minutes if function.schedule_minutes else 2)  # two frames a minute
    unanswered: dict[str, Stream] = {"ExecutionError": always(6)} if trigger == "route" else {}
    match kind:
        case "crashes":
            return {f"Errors:{full_name}": often, f"Invocations:{full_name}": often}
        case "is throttled":
            return {f"Throttles:{full_name}": often, f"Invocations:{full_name}": silent} | unanswered
        case "is not called":
            waiting = {
                f"ApproximateAgeOfOldestMessage:chat-test-{queue}*": always(
                    min(600, definition.retention_seconds - 1)
                )
                for queue, definition in TOPOLOGY.queues.items()
                if trigger == "queue"
            }
            return {f"Invocations:{full_name}": silent, "MessagesAccepted": always(1)} | waiting | unanswered
        case "comes near its time-out":
            return {
                f"Duration:{full_name}": always(function.timeout_seconds * 900),
                f"Invocations:{full_name}": often,
            }


def silent(_minute: int) -> None:
    return None


def test_it_is_known_what_calls_each_function() -> None:
    assert {name for name, *_ in CASES} | {CANARY} == set(TOPOLOGY.functions)


@pytest.mark.parametrize(("name", "trigger", "kind"), CASES)
def test_a_failure_turns_its_alarms_on(name: str, trigger: Trigger, kind: Kind) -> None:
    (raised,) = history(Scene(failing(name, trigger, kind), around=NIGHT), range(MINUTES - 1, MINUTES))

    assert ALARMS[kind][trigger] <= raised


@pytest.mark.parametrize(
    ("function", "run_seconds", "step_seconds"),
    [
        ("apply-retention", retention.RUN_SECONDS, 5.0),
        ("erase-accounts", erasing.RUN_SECONDS, 5.0 + erasing.ENTRIES_A_STEP * erasing.PAUSE_SECONDS),
    ],
)
def test_a_run_that_uses_all_of_its_time_comes_near_no_time_out(
    function: str, run_seconds: float, step_seconds: float
) -> None:
    share = TOPOLOGY.alarms["function-duration"].threshold

    assert run_seconds + step_seconds <= share * TOPOLOGY.functions[function].timeout_seconds
