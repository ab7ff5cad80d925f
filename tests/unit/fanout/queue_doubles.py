"""Shard queues for tests: moto's, with failures on demand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from services.fanout.queues import Queues
from shared.jobs import DeliveryJob

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

SHARDS = 3


class FakeQueues:
    """Shard queues and a dead-letter queue on moto; `fail` says of a call (by number, from 1) how it fails.

    It gets the operation's name, the number and the parameters, and returns None for no failure, "call" for a
    failing call, or a list of entry ids that a batch call does not take.
    """

    def __init__(self) -> None:
        self.client: SQSClient = boto3.client("sqs")
        self.urls = [
            self.client.create_queue(QueueName=f"chat-unit-shard-{shard}")["QueueUrl"]
            for shard in range(SHARDS)
        ]
        self.slice_urls = [
            self.client.create_queue(QueueName=f"chat-unit-slice-{shard}")["QueueUrl"]
            for shard in range(SHARDS)
        ]
        self.dead_letter_url = self.client.create_queue(QueueName="chat-unit-dead-letters")["QueueUrl"]
        self.warnings: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.fail: Callable[[str, int, dict[str, Any]], str | list[str] | None] = lambda *_: None

    @property
    def queues(self) -> Queues:
        return Queues(
            self,  # type: ignore[arg-type]  # a double
            shard_urls=self.urls,
            slice_urls=self.slice_urls,
            dead_letter_url=self.dead_letter_url,
            warn=self.warnings.append,
        )

    def send_message(self, **call: Any) -> Any:
        return self._call("send_message", call)

    def change_message_visibility(self, **call: Any) -> Any:
        self.calls.append(("change_message_visibility", call))
        if self.fail("change_message_visibility", len(self.calls), call):
            raise _throttled()

    def send_message_batch(self, **call: Any) -> Any:
        return self._call("send_message_batch", call)

    def jobs(self, shard: int) -> list[DeliveryJob]:
        """The jobs that wait on a shard's queue."""
        return [DeliveryJob.model_validate_json(body) for body, _ in self.bodies(self.urls[shard])]

    def slices(self, shard: int) -> list[DeliveryJob]:
        """The jobs that wait on a shard's slice queue."""
        return [DeliveryJob.model_validate_json(body) for body, _ in self.bodies(self.slice_urls[shard])]

    def all_jobs(self) -> list[DeliveryJob]:
        return [job for shard in range(SHARDS) for job in (*self.jobs(shard), *self.slices(shard))]

    def dead_letters(self) -> list[tuple[str, dict[str, str]]]:
        return self.bodies(self.dead_letter_url)

    def bodies(self, url: str) -> list[tuple[str, dict[str, str]]]:
        """What waits on a queue, delayed or not: bodies and string attributes."""
        found: list[tuple[str, dict[str, str]]] = []
        while True:
            answer = self.client.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=600
            )
            if "Messages" not in answer:
                return found
            for each in answer["Messages"]:
                attributes = each.get("MessageAttributes", {})
                found.append((each["Body"], {name: a["StringValue"] for name, a in attributes.items()}))

    def _call(self, name: str, call: dict[str, Any]) -> Any:
        self.calls.append((name, call))
        failure = self.fail(name, len(self.calls), call)
        if failure == "call":
            raise _throttled()
        if not failure:
            return getattr(self.client, name)(**_undelayed(call))
        taken = [entry for entry in call["Entries"] if entry["Id"] not in failure]
        answer: Any = (
            self.client.send_message_batch(**_undelayed({**call, "Entries": taken}))
            if taken
            else {"Successful": [], "Failed": []}
        )
        return {**answer, "Failed": [{"Id": each, "Code": "InternalError"} for each in failure]}


def _undelayed(call: dict[str, Any]) -> dict[str, Any]:
    """So that the test sees at once what would come later; delays are seen in `calls`."""
    entries = call.get("Entries")
    if entries is None:
        return call
    return {**call, "Entries": [{k: v for k, v in e.items() if k != "DelaySeconds"} for e in entries]}


def _throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "SendMessage")
