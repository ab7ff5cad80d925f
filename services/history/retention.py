"""The rule of retention: what was said in a room that keeps it for some days only goes once it is older.

It may end at any moment: what is gone is gone, and the oldest that is left is where the next run begins.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.protocol.message import sort_key
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.old_entries import OldEntries
from shared.stores.retentions import Retention, Retentions

# A day at least: what clients compare with their log is of the last hour, and never of what goes.
DAY_MS = 24 * 60 * 60 * 1000
ENTRIES_A_STEP = 100
RUN_SECONDS = 240.0  # of the 330 that the function has
PAUSE_SECONDS = (
    0.4  # after a step: 250 entries a second, two write units each, and one follower of the stream
)


@dataclass(frozen=True, slots=True)
class Keeper:
    """What retention needs. `now` is in epoch seconds."""

    retentions: Retentions
    entries: OldEntries
    now: Callable[[], float]
    sleep: Callable[[float], None]


@dataclass(slots=True)
class Run:
    """What came of a run.

    Attributes:
        removed: entries that went.
        failed: rooms whose turn ended with a store failing; it comes again.
        broken: what went wrong with rooms that nobody had thought of; it holds up no other room.
        unfinished: rooms that hold older entries still; the next run begins with them.
    """

    removed: int = 0
    failed: int = 0
    broken: list[Exception] = field(default_factory=list)
    unfinished: int = 0


def apply_retention(keeper: Keeper) -> Run:
    """Remove what rooms keep no longer, a little of each in turn, for RUN_SECONDS at most.

    Raises:
        RateLimited, Unavailable: the list of rooms could not be read.
    """
    began, run = keeper.now(), Run()
    waiting = deque(keeper.retentions.all())
    while waiting and keeper.now() < began + RUN_SECONDS:
        room = waiting.popleft()
        try:
            removed = _step(room, keeper)
        except (RateLimited, Unavailable):
            run.failed += 1
            continue
        except Exception as failure:
            run.broken.append(failure)
            continue
        run.removed += removed
        if removed:
            waiting.append(room)
            keeper.sleep(PAUSE_SECONDS)
    run.unfinished = len(waiting)
    return run


def _step(room: Retention, keeper: Keeper) -> int:
    """Remove some of a room's old entries; return how many that were."""
    now = int(keeper.now() * 1000)
    days = keeper.retentions.days_of(room.room_id)  # whoever ended it meanwhile keeps the rest
    if not days:
        return 0
    before = sort_key(now - days * DAY_MS, "")
    keeper.entries.unpin(room.room_id, before)
    old = keeper.entries.of_room(room.room_id, before, ENTRIES_A_STEP)
    if old:
        keeper.entries.remove(room.room_id, old)
    else:
        keeper.retentions.walked(room.room_id, now)
    return len(old)
