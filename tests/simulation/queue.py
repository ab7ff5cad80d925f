"""SQS standard queues in virtual time, and a client of them for the code under test."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.simulation.scheduler import Scheduler

CALL_SECONDS = 0.010
HANG_SECONDS = 2.0  # the read time-out of the fan-out's clients

Rule = Callable[[str, float], str | None]
"""Looks at a call by its name and time; returns None to let it through, or "throttle" or "hang"."""


def let_through(_name: str, _now: float) -> str | None:
    return None


@dataclass(eq=False)
class Entry:
    """A message on a queue."""

    body: str
    attributes: dict[str, str]
    sent_at: float
    identifier: str
    receive_count: int = 0
    handle: int = 0
    deleted: bool = False


@dataclass(eq=False)
class Queue:
    """One queue; `on_visible` is told when something can be received from it, and from when on."""

    scheduler: Scheduler
    name: str
    visibility_seconds: float = 180.0
    max_receives: int | None = None
    dead_letters: "Queue | None" = None
    on_visible: Callable[[float], None] = lambda _at: None
    sent: int = 0
    _visible: list[tuple[float, int, Entry]] = field(default_factory=list)
    _handles: dict[str, Entry] = field(default_factory=dict)
    _count: int = 0

    def send(self, body: str, attributes: dict[str, str] | None = None, delay: float = 0.0) -> None:
        self.sent += 1
        entry = Entry(body, attributes or {}, self.scheduler.now, f"{self.name}-{self.sent}")
        self._show(entry, self.scheduler.now + delay)

    def receive(self, most: int) -> list[Entry]:
        now = self.scheduler.now
        taken: list[Entry] = []
        while self._visible and len(taken) < most and self._visible[0][0] <= now:
            _, shown, entry = heapq.heappop(self._visible)
            if entry.deleted or shown != entry.handle:
                continue
            if self.max_receives is not None and entry.receive_count >= self.max_receives:
                assert self.dead_letters is not None
                self.dead_letters.send(entry.body, entry.attributes)
                continue
            entry.receive_count += 1
            taken.append(entry)
            self._show(entry, now + self.visibility_seconds)
            self._handles[f"{entry.identifier}/{entry.handle}"] = entry
        return taken

    def handle_of(self, entry: Entry) -> str:
        return f"{entry.identifier}/{entry.handle}"

    def delete(self, handle: str) -> None:
        if entry := self._handles.pop(handle, None):
            entry.deleted = True

    def hide(self, handle: str, seconds: float) -> None:
        if entry := self._handles.get(handle):
            self._show(entry, self.scheduler.now + seconds)
            self._handles[f"{entry.identifier}/{entry.handle}"] = entry

    def waiting(self) -> list[Entry]:
        """What is not deleted, visible or not."""
        return [entry for _, shown, entry in self._visible if not entry.deleted and shown == entry.handle]

    def depth(self) -> int:
        """How many can be received now."""
        now = self.scheduler.now
        return sum(
            at <= now and not entry.deleted and shown == entry.handle for at, shown, entry in self._visible
        )

    def next_visible(self) -> float | None:
        while self._visible and (
            self._visible[0][2].deleted or self._visible[0][1] != self._visible[0][2].handle
        ):
            heapq.heappop(self._visible)
        return self._visible[0][0] if self._visible else None

    def _show(self, entry: Entry, at: float) -> None:
        self._count += 1
        entry.handle = self._count
        heapq.heappush(self._visible, (at, self._count, entry))
        self.on_visible(at)


@dataclass
class QueueClient:
    """The methods of boto3's SQS client that the fan-out calls; a queue's URL is its name."""

    scheduler: Scheduler
    queues: dict[str, Queue]
    rule: Rule = let_through
    calls: int = 0

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's names
        self._call("SendMessageBatch")
        for entry in Entries:
            self.queues[QueueUrl].send(
                entry["MessageBody"], _texts(entry), float(entry.get("DelaySeconds", 0))
            )
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def send_message(self, *, QueueUrl: str, MessageBody: str, **call: Any) -> Any:  # noqa: N803 - boto3's names
        self._call("SendMessage")
        self.queues[QueueUrl].send(MessageBody, _texts(call))

    def change_message_visibility(
        self,
        *,
        QueueUrl: str,  # noqa: N803 - boto3's names
        ReceiptHandle: str,  # noqa: N803 - boto3's names
        VisibilityTimeout: int,  # noqa: N803 - boto3's names
    ) -> Any:
        self._call("ChangeMessageVisibility")
        self.queues[QueueUrl].hide(ReceiptHandle, VisibilityTimeout)

    def receive_message(self, *, QueueUrl: str, MaxNumberOfMessages: int, **_: Any) -> Any:  # noqa: N803 - boto3's names
        self._call("ReceiveMessage")
        queue = self.queues[QueueUrl]
        return {
            "Messages": [
                {
                    "MessageId": entry.identifier,
                    "ReceiptHandle": queue.handle_of(entry),
                    "Body": entry.body,
                    "Attributes": {"ApproximateReceiveCount": str(entry.receive_count)},
                }
                for entry in queue.receive(MaxNumberOfMessages)
            ]
        }

    def delete_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> Any:  # noqa: N803 - boto3's names
        self._call("DeleteMessageBatch")
        for entry in Entries:
            self.queues[QueueUrl].delete(entry["ReceiptHandle"])

    def _call(self, name: str) -> None:
        self.calls += 1
        match self.rule(name, self.scheduler.now):
            case "throttle":
                self.scheduler.sleep(CALL_SECONDS)
                raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, name)
            case "hang":
                self.scheduler.sleep(HANG_SECONDS)
                raise ReadTimeoutError(endpoint_url="sqs")
            case _:
                self.scheduler.sleep(CALL_SECONDS)


def _texts(call: dict[str, Any]) -> dict[str, str]:
    return {name: each["StringValue"] for name, each in call.get("MessageAttributes", {}).items()}
