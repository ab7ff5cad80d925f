"""Every alarm on streams of metrics as days and nights bring them: on when it should be, and only then."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from typing import TYPE_CHECKING

import pytest

from infra.local.emulator.alarm_states import FURTHER_PERIODS, metric_math, next_state
from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.model import Alarm, Metric, Topology
from infra.topology.render.alarms import metric_alarms
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
    "MessageCount": always(600),
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


SCENES = {
    "a healthy day": Scene({}),
    "a night without traffic": Scene({}, around=NIGHT),
    "a deployment: cold starts, and a crash of the old version as it goes": Scene(
        {"Duration": once(3_000, 140, 2), "IntegrationLatency": once(2_600, 90, 2), "Errors": once(2, 0)}
    ),
    "a scanner whose handshakes and frames are refused": Scene(
        {"IntegrationError": trouble(900), "ClientError": trouble(900), "FramesRefused": trouble(400)}
    ),
    "a scanner at night": Scene(
        {"IntegrationError": trouble(900), "MessageCount": trouble(30), "FramesRefused": trouble(30)},
        around=NIGHT,
    ),
    "one slow client at night": Scene(
        {
            "MessagesAccepted": trouble(1),
            "DeliveriesDelivered": trouble(1),
            "DeliveriesFailed": trouble(1),
            "FanoutLag": trouble(120),  # of first attempts: services/fanout/report.py
            "ConnectionsClosed": trouble(1),
        },
        around=NIGHT,
    ),
    "@connections fails": Scene(
        {
            "DeliveriesDelivered": trouble(0, 50_000),
            "DeliveriesFailed": trouble(50_000, 300),
            "ApproximateAgeOfOldestMessage": trouble(400, 2),
        },
        frozenset({"delivery-failures", "oldest-message-age", "oldest-slice-age"}),
        affects_users=True,
    ),
    "@connections rejects one post in ten": Scene(
        {"DeliveriesFailed": trouble(5_500, 300)}, frozenset({"delivery-failures"}), affects_users=True
    ),
    "a table is down": Scene(
        {
            "SystemErrors:chat-test-messages/*": trouble(500),
            "InternalErrors": trouble(500),
            "FramesRefused": trouble(600, 10),
            "MessagesAccepted": trouble(0, 590),
        },
        frozenset({"internal-errors", "table-errors"}),
        affects_users=True,
    ),
    "the index that the fan-out reads is throttled": Scene(
        {
            "ReadThrottleEvents:chat-test-connections/roomId-index": trouble(200),
            "FanoutLag": trouble(9_000, 180),
        },
        frozenset({"index-throttles", "fanout-lag"}),
        affects_users=True,
    ),
    "a table is throttled for a minute": Scene({"WriteThrottleEvents:chat-test-messages": once(40)}),
    "a table is throttled": Scene(
        {"WriteThrottleEvents:chat-test-messages": trouble(40)}, frozenset({"table-throttles"})
    ),
    "SNS takes nothing": Scene(
        {
            "InternalErrors": trouble(590),
            "FramesRefused": trouble(600, 10),
            "MessagesAccepted": trouble(0, 590),
        },
        frozenset({"internal-errors"}),
        affects_users=True,
    ),
    "SNS cannot reach a queue": Scene(
        {
            "NumberOfNotificationsFailed": trouble(150),
            "ApproximateNumberOfMessagesVisible:chat-test-subscription-dead-letters": trouble(900, 0),
        },
        frozenset({"publish-failures", "subscription-dead-letters"}),
        affects_users=True,
    ),
    "queues are not read": Scene(
        {"ApproximateAgeOfOldestMessage": trouble(600, 2)},
        frozenset({"oldest-message-age", "oldest-slice-age"}),
        affects_users=True,
    ),
    "a crowd says more than the quota allows": Scene(
        {
            f"ApproximateAgeOfOldestMessage:chat-test-slice-{shard}": trouble(90, 2)
            for shard in range(load_topology().shards)
        },
        frozenset({"oldest-slice-age"}),
        affects_users=True,
    ),
    "the fan-out may not post": Scene(
        {"PostsNotAllowed": trouble(50_000), "DeliveriesFailed": trouble(50_000, 300)},
        frozenset({"posts-not-allowed", "delivery-failures"}),
        affects_users=True,
    ),
    "a message is too large for API Gateway": Scene(
        {"FramesTooLarge": once(3)}, frozenset({"frames-too-large"})
    ),
    "a worker dies between storing and publishing": Scene({"MessagesSwept": once(2)}),
    "messages are stored and not published": Scene(
        {"MessagesSwept": trouble(40)}, frozenset({"swept-messages"})
    ),
    "the sweeper does not get on": Scene(
        {"IteratorAge:chat-test-sweeper": trouble(300_000, 20_000)}, frozenset({"sweeper-behind"})
    ),
    "the index does not get on": Scene(
        {"IteratorAge:chat-test-index-messages": trouble(300_000, 2_000)}, frozenset({"index-behind"})
    ),
    "jobs are given up": Scene(
        {"ApproximateNumberOfMessagesVisible:chat-test-dead-letters": trouble(3, 0)},
        frozenset({"dead-letters"}),
        affects_users=True,
    ),
    "send-message crashes": Scene(
        {
            "Errors:chat-test-send-message": trouble(600, 0),
            "MessagesAccepted": trouble(0, 590),
            "FramesRefused": trouble(0, 10),
        },
        frozenset({"function-errors", "sends-unanswered"}),
        affects_users=True,
    ),
    "API Gateway may not call the functions": Scene(
        {
            "ExecutionError": trouble(900),
            "MessagesAccepted": trouble(0, 590),
            "FramesRefused": trouble(0, 10),
        },
        frozenset({"execution-errors", "sends-unanswered"}),
        affects_users=True,
    ),
    "the account's concurrency is used up": Scene(
        {
            "ClaimedAccountConcurrency": trouble(950, 60),
            "Throttles": trouble(300, 0),
            "ExecutionError": trouble(300),
        },
        frozenset({"concurrency", "function-throttles", "execution-errors"}),
        affects_users=True,
    ),
    "Cognito's keys cannot be read": Scene(
        {"InternalErrors": trouble(200)}, frozenset({"internal-errors"}), affects_users=True
    ),
    "a function comes near its time-out": Scene(
        {"Duration:chat-test-fanout": trouble(26_000, 140)}, frozenset({"function-duration"})
    ),
    "nobody but the canary is awake, and nothing is delivered": Scene(
        {"Errors:chat-test-canary": trouble(1)}, frozenset({"canary"}), affects_users=True, around=NIGHT
    ),
    "a run of the canary meets a release": Scene({"Errors:chat-test-canary": once(1)}, around=NIGHT),
    "the canary is not called any more": Scene(
        {"Invocations": lambda minute: None if minute in TROUBLE else every(5)(minute)},
        frozenset({"canary-silent"}),
    ),
    "a deleted account is erased within hours": Scene({"OldestErasureSeconds": trouble(20_000)}),
    "a deleted account is forgotten": Scene(
        {"OldestErasureSeconds": trouble(90_000)}, frozenset({"erasures-behind"})
    ),
    "functions answer slowly": Scene(
        {"IntegrationLatency": trouble(4_000, 90)}, frozenset({"integration-latency"})
    ),
}


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_raises_its_alarms_and_no_other(name: str) -> None:
    assert set[str]().union(*_history(name)) == SCENES[name].raises


@pytest.mark.parametrize("name", SCENES)
def test_people_are_woken_when_users_are_affected_and_only_then(topology: Topology, name: str) -> None:
    raised = set[str]().union(*_history(name))

    assert any(topology.alarms[alarm].severity == "page" for alarm in raised) == SCENES[name].affects_users


@pytest.mark.parametrize("name", SCENES)
def test_no_alarm_outlives_its_trouble(name: str) -> None:
    assert not set[str]().union(*_history(name)[-5:])


def test_every_alarm_is_raised_by_some_scene(topology: Topology) -> None:
    assert set(topology.alarms) == {alarm for scene in SCENES.values() for alarm in scene.raises}


@cache
def _history(name: str) -> list[set[str]]:
    """The alarms that are on, minute by minute."""
    scene, topology = SCENES[name], load_topology()
    deployment = Deployment(topology.project, "test", "eu-central-1", "123456789012", "api", schedules=True)
    on: list[set[str]] = [set() for _ in range(MINUTES)]
    requests = iter(metric_alarms(topology, deployment))
    for alarm_name, alarm in topology.alarms.items():
        for number, each in enumerate(topology.instances(alarm.each)):
            request, watched = next(requests), _watched(alarm, each, topology, deployment)
            if number == 0 or any(_is_named(scene, metric.name, where) for metric, where in watched.values()):
                for minute, state in enumerate(_states(request, alarm, watched, scene)):
                    if state == "ALARM":
                        on[minute].add(alarm_name)
    return on


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
) -> Iterator[str]:
    period, state = alarm.period_seconds // 60, "OK"
    for now in range(MINUTES):
        in_range = reversed(range(alarm.evaluation_periods + FURTHER_PERIODS))
        results = [
            _result(alarm, watched, range(start, min(start + period, now + 1 - DELAY_MINUTES)), scene)
            for start in (now - period * back for back in in_range)
        ]
        state = next_state(request, results) or state
        yield state


def _result(
    alarm: Alarm, watched: Mapping[str, tuple[Metric, str]], minutes: range, scene: Scene
) -> float | None:
    values = {name: _value(metric, where, minutes, scene) for name, (metric, where) in watched.items()}
    return metric_math(alarm.expression, values) if alarm.expression else values["metric"]


def _value(metric: Metric, where: str, minutes: range, scene: Scene) -> float | None:
    streams = {**scene.around, **scene.streams}
    of_this = (stream for name, stream in streams.items() if fnmatch(f"{metric.name}:{where}", name))
    stream = next(of_this, streams.get(metric.name))
    told = [value for minute in minutes if stream and (value := stream(minute)) is not None]
    if not told:
        return None
    return sum(told) if metric.statistic == "Sum" else max(told)
