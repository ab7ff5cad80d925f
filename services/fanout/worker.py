"""What batches are worked with."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.fanout.background import Background
from services.fanout.delivery import Delivery, Outcome
from services.fanout.memory import AudienceMemory
from services.fanout.queues import Queues
from services.fanout.routing import Assignment
from shared.stores.connections import Connections
from shared.stores.published import Published

Post = Callable[[Iterable[Delivery[Assignment] | None], float], Iterator[Outcome[Assignment]]]
Disconnect = Callable[[Iterable[str], float], Iterator[Outcome[None]]]


@dataclass(frozen=True, slots=True)
class Worker:
    """Lives across warm invocations.

    Attributes:
        post, disconnect: take a deadline, in seconds of `monotonic`.
        slice_size: the most members of a room that one worker posts to; the others are scattered.
        reading: queries of rooms; a room that hangs must hold up no other.
        sending: calls to SQS.
        forgetting: deletions, which nobody waits for.
        monotonic, epoch: clocks, in seconds.
        random: from 0 up to 1.
    """

    connections: Connections
    published: Published
    queues: Queues
    post: Post
    disconnect: Disconnect
    slice_size: int
    reading: Background
    sending: Background
    forgetting: Background
    monotonic: Callable[[], float]
    epoch: Callable[[], float]
    sleep: Callable[[float], None]
    memory: AudienceMemory
    random: Callable[[], float]
