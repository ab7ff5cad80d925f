"""Every alarm on streams of metrics as days and nights bring them: on when it should be, and only then."""

from functools import cache

import pytest

from infra.topology.file import load_topology
from infra.topology.model import Topology
from tests.unit.topology.scenes import NIGHT, TROUBLE, Scene, always, every, history, once, trouble

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
        {
            "IntegrationError": trouble(900),
            "Invocations:chat-test-send-message": trouble(30),
            "FramesRefused": trouble(30),
        },
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
        frozenset({"delivery-failures", "oldest-message-age", "oldest-slice-age", "presence-behind"}),
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
        frozenset({"oldest-message-age", "oldest-slice-age", "presence-behind"}),
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
            "Invocations:chat-test-send-message": trouble(0, 600),
            "MessagesAccepted": trouble(0, 590),
            "FramesRefused": trouble(0, 10),
        },
        frozenset({"execution-errors"}),
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
    **{
        f"frames that {service} answers fail": Scene(
            {f"InternalErrors:{service}": trouble(20)}, frozenset({"internal-errors"}), affects_users=True
        )
        for service in ("ingest", "history", "rooms", "search")
    },
    "messages are edited and none is sent": Scene(
        {"ChangesAccepted": trouble(30), "Invocations:chat-test-send-message": trouble(30)}, around=NIGHT
    ),
    "a function comes near its time-out": Scene(
        {"Duration:chat-test-fanout": trouble(26_000, 140)}, frozenset({"function-duration"})
    ),
    "nobody but the canary is awake, and nothing is delivered": Scene(
        {"Errors:chat-test-canary": trouble(1)}, frozenset({"canary"}), affects_users=True, around=NIGHT
    ),
    "a run of the canary meets a release": Scene({"Errors:chat-test-canary": once(1)}, around=NIGHT),
    "the canary is not called any more": Scene(
        {"Invocations:chat-test-canary": lambda minute: None if minute in TROUBLE else every(5)(minute)},
        frozenset({"canary-silent"}),
    ),
    "all frames of a kind crash, of the few that there are": Scene(
        {"Errors:chat-test-search-messages": trouble(2), "Invocations:chat-test-search-messages": always(2)},
        frozenset({"function-errors"}),
        affects_users=True,
        around=NIGHT,
    ),
    "one frame in a hundred crashes": Scene(
        {"Errors:chat-test-ping": trouble(3), "Invocations:chat-test-ping": always(300)}
    ),
    "what a schedule calls crashes": Scene(
        {"Errors:chat-test-close-expired": trouble(1), "Invocations:chat-test-close-expired": always(1)},
        frozenset({"schedule-failures"}),
        around=NIGHT,
    ),
    "a run by a schedule meets a release": Scene(
        {"Errors:chat-test-close-expired": once(1), "Invocations:chat-test-close-expired": always(1)},
        around=NIGHT,
    ),
    "the stream is not read": Scene(
        {"Invocations:chat-test-index-messages": lambda minute: None if minute in TROUBLE else 1},
        frozenset({"stream-silent"}),
    ),
    "who comes and goes is not told": Scene(
        {"ApproximateAgeOfOldestMessage:chat-test-presence": trouble(58, 2)}, frozenset({"presence-behind"})
    ),
    "a message fails the index": Scene({"MessagesNotIndexed": once(1)}, frozenset({"messages-not-indexed"})),
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
    return history(SCENES[name])
