"""What events do to the messages of their batch: nothing."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import process_batch
from services.fanout.report import Report
from shared.jobs import EphemeralEvent, EphemeralJob
from shared.stores.connections import Connections
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import BOB, NOW, connection, record
from tests.unit.fanout.queue_doubles import FakeQueues
from tests.unit.fanout.worker_doubles import FOREVER, AtOnce, worker_of

ROOM_LIMIT = 3
POISON = "rubbish"
CONNECTIONS = ["a=", "b=", "c=", "x="]  # the last one is in no room


@dataclass
class Endpoint:
    """Connections that answer as `fates` says; `got` is what each has received, in order."""

    fates: dict[str, Fate]
    got: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def post(self, deliveries: Iterable[Delivery[Any] | None], _deadline: float) -> Iterator[Outcome[Any]]:
        for delivery in filter(None, deliveries):
            fate = self.fates.get(delivery.connection_id, Fate.DELIVERED)
            settled = len(delivery.frames) if fate is Fate.DELIVERED else 0
            frames = [json.loads(frame.body) for frame in delivery.frames[:settled]]
            self.got.setdefault(delivery.connection_id, []).extend(frames)
            yield Outcome(delivery, fate, settled, (), "" if settled else fate.name)

    def disconnect(self, connection_ids: Iterable[str], _deadline: float) -> Iterator[Outcome[None]]:
        for connection_id in connection_ids:
            yield Outcome(Delivery(connection_id, (), None), Fate.DELIVERED, 0)


def raw(identifier: str, body: str, receive_count: int = 1) -> dict[str, Any]:
    return {
        "messageId": identifier,
        "receiptHandle": identifier,
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:chat-unit-shard-0",
    }


def event(kind: str, at: int) -> str:
    told = EphemeralEvent.model_validate(
        {"kind": kind, "room_id": "global", "user_id": BOB.user_id, "username": BOB.username, "at": at}
    )
    return EphemeralJob(event=told, exclude="origin=").encode()


TARGETS = st.none() | st.lists(st.sampled_from(CONNECTIONS), min_size=1, unique=True)
MESSAGES = st.lists(st.tuples(TARGETS, st.integers(1, 5)), max_size=4).map(
    lambda drawn: [
        raw(f"message-{number}", record(number, targets=targets, exclude="c=").job.encode(), receive_count)
        for number, (targets, receive_count) in enumerate(drawn)
    ]
)
BATCHES = st.tuples(MESSAGES, st.lists(st.just(raw("poison", POISON)), max_size=1)).map(
    lambda drawn: [*drawn[0], *drawn[1]]
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["joined", "left", "typing"]), st.sampled_from([NOW, NOW - 60_000])), max_size=6
).map(lambda drawn: [raw(f"event-{number}", event(*each)) for number, each in enumerate(drawn)])
FATES = st.dictionaries(
    st.sampled_from(CONNECTIONS), st.sampled_from([Fate.TRANSIENT, Fate.GONE, Fate.UNTOUCHED])
)


@dataclass
class Result:
    """What SQS keeps of a batch, what each connection got, and what went to queues."""

    kept: list[str]
    order: list[list[str]]
    messages: dict[str, list[dict[str, Any]]]
    others: Counter[str]
    jobs: list[str]
    dead_letters: list[str]


Invoke = Callable[[list[dict[str, Any]], dict[str, Fate]], Result]


@pytest.fixture
def invoke(connections: Connections, fake: FakeQueues, report: Report) -> Invoke:
    def run(batch: list[dict[str, Any]], fates: dict[str, Fate]) -> Result:
        for name in CONNECTIONS[:-1]:
            connections.put(connection(name))
        endpoint = Endpoint(fates)
        worker = replace(
            worker_of(connections, fake.queues, endpoint.post, endpoint.disconnect, 2),
            random=lambda: 0.5,
        )
        messenger = Messenger(connections, endpoint.post, ROOM_LIMIT, AtOnce(), time.monotonic)
        kept = process_batch(batch, worker, messenger, report, FOREVER)
        frames = [(name, frame) for name, got in endpoint.got.items() for frame in got]
        messages: dict[str, list[dict[str, Any]]] = {}
        for name, frame in frames:
            if frame["type"].startswith("newMessage"):
                messages.setdefault(name, []).append(frame)
        return Result(
            kept=sorted(kept),
            order=[[frame["type"] for frame in got] for got in endpoint.got.values()],
            messages=messages,
            others=Counter(frame["type"] for _, frame in frames if "Message" not in frame["type"]),
            jobs=sorted(job.encode() for job in fake.all_jobs()),
            dead_letters=sorted(body for body, _ in fake.dead_letters()),
        )

    return run


@settings(max_examples=of_fifty(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(alone=BATCHES, events=EVENTS, fates=FATES, data=st.data())
def test_the_messages_of_a_batch_fare_the_same_with_and_without_events_among_them(
    invoke: Invoke,
    alone: list[dict[str, Any]],
    events: list[dict[str, Any]],
    fates: dict[str, Fate],
    data: st.DataObject,
) -> None:
    mixed = data.draw(st.permutations([*alone, *events]))

    without = invoke([each for each in mixed if each in alone], fates)
    among = invoke(mixed, fates)

    assert among.kept == without.kept
    assert among.messages == without.messages
    assert among.jobs == without.jobs
    assert among.dead_letters == without.dead_letters
    assert without.others == Counter()
    assert not any(identifier.startswith("event") for identifier in among.kept)


def test_events_are_told_after_the_messages_of_their_batch(invoke: Invoke) -> None:
    result = invoke([raw("e", event("typing", NOW)), raw("m", record(1).job.encode())], {})

    assert result.order == [
        ["newMessage", "typing"],
        ["newMessage", "typing"],
        ["typing"],
    ]  # one is scattered
    assert result.kept == []


def test_an_event_of_an_unknown_kind_is_poison(invoke: Invoke) -> None:
    broken = event("typing", NOW).replace('"typing"', '"waving"')

    assert invoke([raw("e", broken)], {}).dead_letters == [broken]
