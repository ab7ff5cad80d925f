"""One worker takes one message to a room; what it scatters leaves the process at once, as it does to SQS."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.fanout.batch import deliver_batch
from services.fanout.delivery import Delivery, Outcome
from shared.jobs import DeliveryJob
from tests.bench.fanout_in_memory import Members, ShardQueues, delivered, message, record_of, report, worker
from tests.unit.fanout.worker_doubles import FOREVER


class Outgoing(ShardQueues):
    """Queues that keep nothing."""

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - boto3's names
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def take_one_batch(size: int) -> None:
    """Posts to the first slice of a room of that size and scatters the others."""

    def post(deliveries: Iterable[Delivery[Any] | None], _deadline: float) -> Iterator[Outcome[Any]]:
        return map(delivered, filter(None, deliveries))

    record = record_of(DeliveryJob.of(message()).encode(), "1")
    kept = deliver_batch([record], worker(Members(size), Outgoing(), post), report(), FOREVER)
    assert kept == []
