"""Streams of metrics as days and nights bring them, and which alarms they turn on, minute by minute."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from typing import TYPE_CHECKING

from infra.local.emulator.alarm_states import FURTHER_PERIODS, metric_math, next_state
from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.model import Topology
from infra.topology.parts.alarms import Alarm
from infra.topology.parts.metrics import Metric
from infra.topology.render.alarms import metric_alarms, period_seconds
from infra.topology.render.values import dimension_value

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import PutMetricAlarmInputTypeDef

Stream = Callable[[int], float | None]  # the value of a minute, None where CloudWatch has none
MINUTES = 60
TROUBLE = range(15, 35)  # minutes
DELAY_MINUTES = 1  # in which AWS has not told a metric yet


def always(value: float) -> Stream:
    return lambda _: value


def trouble(value: float, otherwise: float | None = None) -> Stream:
    return lambda minute: value if minute in TROUBLE else otherwise


def once(value: float, otherwise: float | None = None, minutes: int = 1) -> Stream:
    return lambda minute: value if minute in TROUBLE[:minutes] else otherwise


def every(minutes: int) -> Stream:
    return lambda minute: 1 if minute % minutes == 0 else None


# What comes whether anybody chats or not: the runs of the canary.
NIGHT: Mapping[str, Stream] = {"Invocations": every(5)}
TRAFFIC: Mapping[str, Stream] = {
    **NIGHT,
    "Invocations:chat-test-send-message": always(600),
    "MessagesAccepted": always(590),
    "FramesRefused": always(10),
    "DeliveriesDelivered": always(50_000),
    "DeliveriesFailed": always(300),
    "FanoutLag": always(180),
    "Duration": always(140),
    "Errors": always(0),
    "Throttles": always(0),
    "IntegrationLatency": always(90),
    "IntegrationError": always(4),
    "ApproximateNumberOfMessagesVisible": always(0),
    "ApproximateAgeOfOldestMessage": always(2),
    "ClaimedAccountConcurrency": always(60),
}


@dataclass(frozen=True)
class Scene:
    """What happens, by metric (`name:resource` for one of several), and which alarms it is to raise."""

    streams: Mapping[str, Stream]
    raises: frozenset[str] = frozenset()
    affects_users: bool = False
    around: Mapping[str, Stream] = field(default_factory=lambda: TRAFFIC)


def history(scene: Scene, moments: range = range(MINUTES)) -> list[set[str]]:
    """Return the alarms that are on at these minutes, one after the other."""
    topology = _topology()
    deployment = Deployment(topology.project, "test", "eu-central-1", "123456789012", "api", schedules=True)
    on: list[set[str]] = [set() for _ in moments]
    requests = iter(metric_alarms(topology, deployment))
    for alarm_name, alarm in topology.alarms.items():
        for number, each in enumerate(topology.instances(alarm.each)):
            request, watched = next(requests), _watched(alarm, each, topology, deployment)
            if number == 0 or any(_is_named(scene, metric.name, where) for metric, where in watched.values()):
                period = period_seconds(alarm, each, topology) // 60
                states = _states(request, alarm, watched, scene, period=period, moments=moments)
                for names, state in zip(on, states, strict=True):
                    if state == "ALARM":
                        names.add(alarm_name)
    return on


_topology = cache(load_topology)


def _watched(
    alarm: Alarm, each: str | None, topology: Topology, deployment: Deployment
) -> dict[str, tuple[Metric, str]]:
    """Each metric of an alarm, and the resource it is of: the values of its dimensions."""
    metrics: dict[str, Metric | None] = {"metric": alarm.metric, **alarm.metrics}
    return {
        name: (
            metric,
            "/".join(
                dimension_value(value, each, topology, deployment) for value in metric.dimensions.values()
            ),
        )
        for name, metric in metrics.items()
        if metric
    }


def _is_named(scene: Scene, metric: str, where: str) -> bool:
    return any(fnmatch(f"{metric}:{where}", name) for name in scene.streams if ":" in name)


def _states(
    request: "PutMetricAlarmInputTypeDef",
    alarm: Alarm,
    watched: Mapping[str, tuple[Metric, str]],
    scene: Scene,
    *,
    period: int,
    moments: range,
) -> Iterator[str]:
    streams = {name: (metric, _stream(metric, where, scene)) for name, (metric, where) in watched.items()}

    @cache  # the next moment looks at most of these periods again
    def result(minutes: range) -> float | None:
        values = {name: _value(metric, stream, minutes) for name, (metric, stream) in streams.items()}
        return metric_math(alarm.expression, values) if alarm.expression else values["metric"]

    state = "OK"
    for now in moments:
        in_range = reversed(range(alarm.evaluation_periods + FURTHER_PERIODS))
        results = [
            result(range(start, min(start + period, now + 1 - DELAY_MINUTES)))
            for start in (now - period * back for back in in_range)
        ]
        state = next_state(request, results) or state
        yield state


def _stream(metric: Metric, where: str, scene: Scene) -> Stream | None:
    streams = {**scene.around, **scene.streams}
    of_this = (stream for name, stream in streams.items() if fnmatch(f"{metric.name}:{where}", name))
    return next(of_this, streams.get(metric.name))


def _value(metric: Metric, stream: Stream | None, minutes: range) -> float | None:
    told = [value for minute in minutes if stream and (value := stream(minute)) is not None]
    if not told:
        return None
    return sum(told) if metric.statistic == "Sum" else max(told)
