"""The stack's tables, topic and shard queues in moto, in this process, with every AWS call counted."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from moto import mock_aws

from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from services.fanout.delivery import Delivery, Outcome
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import process_batch
from services.fanout.queues import Queues
from services.fanout.worker import Worker
from services.ingest.changing import Log, change
from services.ingest.sending import send
from shared.auth.identity import Identity
from shared.jobs import EphemeralEvent
from shared.protocol.frames import Frame, SendMessage
from shared.protocol.message import Message
from shared.publishing import Topic
from shared.rate import Bucket
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.bench.fanout_in_memory import BATCH, SLICE, delivered, raw_record, report
from tests.unit.fanout.worker_doubles import FOREVER, AtOnce, worker_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_sqs import SQSClient

ALICE = Identity("0b6f2a52-0000-7000-8000-000000000001", "Alice")
WRITE_BATCH = 25  # DynamoDB BatchWriteItem
ROOM_LIMIT = int(load_topology().environment["PRESENCE_ROOM_LIMIT"].value or 0)


def connection_id(number: int) -> str:
    """An id of the length that API Gateway gives: 15 characters and a `=`."""
    return f"L0SM{number:011d}="


@dataclass
class MotoStack:
    """What is called, counted.

    `made` are the names of the AWS operations, in order; emptying it starts a new count. `rows` are how many
    rows each transaction touched.
    """

    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    topic: Topic
    queue_urls: list[str]
    made: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def count(self, client: Any) -> Any:
        """The same client, its calls counted from now on."""
        client.meta.events.register("before-call", lambda model, **_: self.made.append(model.name))
        client.meta.events.register(
            "before-parameter-build.dynamodb.TransactWriteItems",
            lambda params, **_: self.rows.append(len(params["TransactItems"])),
        )
        return client

    def fill(self, room: str, size: int) -> None:
        """Connections of a room, as `$connect` writes them."""
        for start in range(0, size, WRITE_BATCH):
            items = [_item(number, room) for number in range(start, min(start + WRITE_BATCH, size))]
            requests: Any = [{"PutRequest": {"Item": item}} for item in items]
            self.dynamodb.batch_write_item(RequestItems={"connections": requests})

    def send(self, room: str, by: Identity = ALICE) -> Message:
        """Somebody says something through the room's first connection: the rule of `ingest/send_message`."""
        now = int(time.time() * 1000)
        return send(
            SendMessage(content="x" * 100, room_id=room, client_message_id=uuid4()),
            by,
            sends=Sends(self.dynamodb, "messages", "users", "memberships", Bucket(burst=1_000, every_ms=1)),
            messages=Messages(self.dynamodb, "messages"),
            publish=lambda sent: self.topic.publish(sent, exclude=connection_id(0), accepted_at=now),
            now=now,
            random_bytes=os.urandom(10),
        )

    def change(self, said: Message, action: str, by: Identity = ALICE, **data: Any) -> None:
        """Alice changes what she said, or another moderator of the room does."""
        now = int(time.time() * 1000)
        wanted = {"roomId": said.room_id, "sortKey": said.sort_key, "clientMessageId": str(uuid4()), **data}
        memberships = Memberships(self.dynamodb, "memberships")
        messages = Messages(self.dynamodb, "messages")
        memberships.join(Membership(by.user_id, said.room_id, by.username, "moderator", now))
        sends = Sends(self.dynamodb, "messages", "users", "memberships", Bucket(burst=1_000, every_ms=1))
        self.made.clear()
        self.rows.clear()
        change(
            Frame(action=action, data=wanted),
            by,
            log=Log(sends, messages, memberships, "messages", "memberships", "rooms", edit_window_ms=60_000),
            publish=lambda made: self.topic.publish(made, exclude=connection_id(0), accepted_at=now),
            now=max(now, said.created_at + 1),
            random_bytes=os.urandom(10),
        )

    def tell(self, event: EphemeralEvent) -> None:
        """Announces what the room's first connection does, as the functions at the door do."""
        self.topic.publish_event(event, exclude=connection_id(0))

    def fan_out(self) -> Counter[str]:
        """Works the shard queues off until they are empty; an `Invoke` is a batch, a `Post` a frame."""
        done: Counter[str] = Counter()

        def post(deliveries: Iterable[Delivery[Any] | None], _deadline: float) -> Iterator[Outcome[Any]]:
            for delivery in filter(None, deliveries):
                done["Post"] += len(delivery.frames)
                yield delivered(delivery)

        connections = Connections(self.dynamodb, "connections")
        queues = Queues(
            self.sqs,
            shard_urls=self.queue_urls,
            slice_urls=self.queue_urls,
            dead_letter_url="there is none",
            warn=print,
        )
        worker = worker_of(connections, queues, post, lambda *_: iter(()), SLICE)
        messenger = Messenger(connections, post, ROOM_LIMIT, AtOnce(), time.monotonic)
        while batches := sum(self._process_a_batch(url, worker, messenger) for url in self.queue_urls):
            done["Invoke"] += batches
        return done

    def _process_a_batch(self, url: str, worker: Worker, messenger: Messenger) -> int:
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH).get("Messages", [])
        if not messages:
            self.made.remove("ReceiveMessage")  # idle polling is no part of a message
            return 0
        records = [raw_record(each["Body"], each["MessageId"]) for each in messages]
        told = report()
        kept = process_batch(records, worker, messenger, told, FOREVER)
        told.observe.metrics.clear_metrics()
        assert kept == []
        receipts: Any = [
            {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]}
            for number, each in enumerate(messages)
        ]
        self.sqs.delete_message_batch(QueueUrl=url, Entries=receipts)
        return 1


@contextmanager
def moto_stack() -> Iterator[MotoStack]:
    """An empty stack, its own clients counted."""
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
    before = {name: os.environ.get(name) for name in keys}
    os.environ |= keys
    try:
        with mock_aws():
            yield _built()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _built() -> MotoStack:
    topology = load_topology()
    dynamodb, sns, sqs = boto3.client("dynamodb"), boto3.client("sns"), boto3.client("sqs")
    deployment = Deployment("chat", "bench", "us-east-1", "123456789012", "api")
    for name, table in topology.tables.items():
        definition = table_definition(name, table, deployment)
        definition["TableName"] = name
        dynamodb.create_table(**definition)
    arn = sns.create_topic(Name="messages")["TopicArn"]
    urls = []
    for shard in range(topology.shards):
        url = sqs.create_queue(QueueName=f"shard-{shard}")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        attributes = {"FilterPolicy": json.dumps({"shard": [str(shard)]}), "RawMessageDelivery": "true"}
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue, Attributes=attributes)
        urls.append(url)
    stack = MotoStack(dynamodb, sqs, Topic(sns, arn, topology.shards), urls)
    for client in (dynamodb, sns, sqs):
        stack.count(client)
    return stack


def _item(number: int, room: str) -> dict[str, Any]:
    return {
        "connectionId": {"S": connection_id(number)},
        "roomId": {"S": room},
        "userId": {"S": f"0b6f2a52-0000-7000-8000-{number:012d}"},
        "username": {"S": f"User {number}"},
        "connectedAt": {"N": "1763856000000"},
        "ttl": {"N": "9999999999"},
        "protocol": {"S": "v2"},
    }
