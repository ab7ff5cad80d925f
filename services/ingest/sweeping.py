"""The rule of sweeping: what was stored, and a while later nobody has published, is published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.protocol.message import Message
from shared.stores.published import Published, key_of

# The fan-out marks a message a few hundred ms after it was stored. With the mapping's window of 5 s and the
# time for looking and publishing, the oldest message of a batch is published within 30 s.
GRACE_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 5.0
BACKLOG_JOBS = 100  # of a shard: above it a message without a mark may just not have had its turn


class Backlogged(Exception):
    """Messages may be waiting on their shard's queue; the batch is to be looked at again later."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What a sweep needs.

    Attributes:
        publish: asks for delivery to everyone in the entry's room; raises RateLimited or Unavailable.
        waiting: how many jobs wait on the queue of a room's shard.
        now: epoch seconds.
    """

    published: Published
    publish: Callable[[Message], None]
    waiting: Callable[[str], int]
    now: Callable[[], float]
    sleep: Callable[[float], None]


def sweep(messages: Sequence[Message], sweeper: Sweeper, deadline: float) -> list[Message]:
    """Publish those of the messages that have no mark; return them. Repeating it does no harm.

    Args:
        messages: as they were stored.
        sweeper: its collaborators.
        deadline: in epoch seconds.

    Raises:
        Backlogged: at the deadline a shard had more jobs waiting than would allow a judgement.
        RateLimited, Unavailable: from the store or the topic.
    """
    if not messages:
        return []
    youngest = max(message.created_at for message in messages) / 1000
    sweeper.sleep(max(0.0, min(GRACE_SECONDS, youngest + GRACE_SECONDS - sweeper.now())))
    swept: list[Message] = []
    left = list(messages)
    while left := _without_mark(left, sweeper):
        backlogged = {
            room for room in {each.room_id for each in left} if sweeper.waiting(room) > BACKLOG_JOBS
        }
        for message in left:
            if message.room_id not in backlogged:
                sweeper.publish(message)
                swept.append(message)
        left = [message for message in left if message.room_id in backlogged]
        if not left:
            break
        if sweeper.now() + LOOK_AGAIN_SECONDS > deadline:
            raise Backlogged(f"{len(left)} messages")
        sweeper.sleep(LOOK_AGAIN_SECONDS)
    return swept


def _without_mark(messages: list[Message], sweeper: Sweeper) -> list[Message]:
    marked = sweeper.published.marked([key_of(message) for message in messages])
    return [message for message in messages if key_of(message) not in marked]
