"""A stack in memory that runs the project's own fan-out: a room's members, shard queues, a sink for posts."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from infra.topology.file import load_topology
from services.fanout.batch import deliver_batch
from services.fanout.delivery import C, Delivery, Fate, Outcome
from services.fanout.queues import Queues
from services.fanout.records import Record, read_record
from services.fanout.report import Report
from services.fanout.worker import Post, Worker
from shared.observability import observability
from shared.protocol.message import Message, sort_key
from shared.stores.connections import Connections, Member, MemberPage, Presence
from shared.uuid7 import uuid7
from tests.unit.fanout.worker_doubles import FOREVER, worker_of

SHARDS = 4
SLICE = int(load_topology().environment["FANOUT_SLICE"].value or 0)
BATCH = 10
# An index page is 1 MB (DynamoDB); an item of `roomId-index` with ids, name and ttl is some 180 bytes.
PAGE_MEMBERS = 5_800


def message(number: int = 0, room: str = "room") -> Message:
    """A message of 300 bytes or so."""
    at = 1_763_856_000_000 + number
    key = str(uuid7(at, number.to_bytes(10, "big")))
    return Message(
        room_id=room, sort_key=sort_key(at, key), message_id=key, user_id="alice",
        username="Alice", content="x" * 100, created_at=at,
    )  # fmt: skip


class Members(Connections):
    """One room of `count` members, given page by page and never held; `queries` counts the pages."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.queries = 0

    def members(self, _room_id: str, _now_seconds: int, after: str | None = None) -> MemberPage:
        self.queries += 1
        first = int(after) + 1 if after else 0
        last = min(first + PAGE_MEMBERS, self.count)
        page = [Member(f"{number:015d}", "v2") for number in range(first, last)]
        return MemberPage(page, next=page[-1].connection_id if last < self.count else None)

    def present(self, wanted: Collection[Presence]) -> set[Presence]:
        return set(wanted)


@dataclass
class ShardQueues:
    """The shard queues as an SQS client double."""

    waiting: list[deque[str]] = field(default_factory=lambda: [deque() for _ in range(SHARDS)])

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's names
        self.waiting[int(QueueUrl)].extend(entry["MessageBody"] for entry in Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def raw_record(body: str, identifier: str) -> dict[str, Any]:
    """What Lambda gets of a job that waited on a queue."""
    return {
        "messageId": identifier,
        "receiptHandle": identifier,
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSourceARN": "arn:aws:sqs:local:0:0",
    }


def record_of(body: str, identifier: str) -> Record:
    """The record that SQS makes of a job."""
    read = read_record(raw_record(body, identifier))
    assert isinstance(read, Record)
    return read


def worker(connections: Connections, queues: ShardQueues, post: Post) -> Worker:
    """The fan-out's own worker, over this world; its calls beside the posts are made at once."""
    return worker_of(connections, _queues(queues), post, lambda *_: iter(()), SLICE)


def _queues(queues: ShardQueues) -> Queues:
    urls = [str(shard) for shard in range(SHARDS)]
    return Queues(queues, shard_urls=urls, slice_urls=urls, dead_letter_url="dead", warn=print)  # type: ignore[arg-type]  # a double


def report() -> Report:
    """A report that nobody reads."""
    observe = observability("bench")
    observe.logger.setLevel("ERROR")
    return Report(observe)


def delivered(delivery: Delivery[C]) -> Outcome[C]:
    """What an endpoint answers that takes everything."""
    return Outcome(delivery, Fate.DELIVERED, len(delivery.frames))


def deliver_all(bodies: list[str], connections: Connections, queues: ShardQueues) -> int:
    """Hands jobs to the fan-out as one batch; how many posts it makes, which all succeed."""
    posts = 0

    def post(deliveries: Iterable[Delivery[C] | None], _deadline: float) -> Iterator[Outcome[C]]:
        nonlocal posts
        for delivery in filter(None, deliveries):
            posts += len(delivery.frames)
            yield delivered(delivery)

    records = [record_of(body, str(number)) for number, body in enumerate(bodies)]
    told = report()
    deliver_batch(records, worker(connections, queues, post), told, FOREVER)
    told.observe.metrics.clear_metrics()
    return posts
