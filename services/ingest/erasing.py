"""The rule of erasing: what a deleted account wrote goes, entry by entry, and so does it from its rooms.

It may end at any moment: whatever is done again finds that it was done.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from shared.aws.one_connection import Close
from shared.noting import Log
from shared.protocol.message import Change, Message, is_message, sort_key
from shared.protocol.refusals import RateLimited, Unavailable
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.erasures import Erasure, Erasures
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.notices import Notices
from shared.stores.traces import Traces
from shared.stores.users import Users
from shared.succession import Succession
from shared.uuid7 import uuid7

ACCOUNTS_A_RUN = 1_000
ENTRIES_A_STEP = 25
ROOMS_A_STEP = 25
RUN_SECONDS = 45.0  # of the 60 between two runs; a step takes some seconds
# What one user may send at once and for long (MESSAGE_LIMIT): a room has seen that before.
PAUSE_SECONDS = 0.2
# The account wrote nothing later than it was deleted, but clocks differ and the index lags behind.
SETTLED_MS = 60_000


@dataclass(frozen=True, slots=True)
class Eraser:
    """What erasing needs. `now` is in epoch seconds; `random_bytes` gives so many."""

    erasures: Erasures
    traces: Traces
    memberships: Memberships
    users: Users
    notices: Notices
    mentioned: Mentioned
    blocks: Blocks
    connections: Connections
    close: Close
    publish: Callable[[Message], None]
    now: Callable[[], float]
    sleep: Callable[[float], None]
    random_bytes: Callable[[int], bytes]

    def succession(self) -> Succession:
        """Return what hands rooms over."""
        return Succession(self.memberships, self.users, Log(self.notices, self.publish))

    def now_ms(self) -> int:
        """Return the time, epoch ms."""
        return int(self.now() * 1000)


@dataclass(slots=True)
class Run:
    """What came of a run.

    Attributes:
        taken_back: texts and reactions that went.
        finished: accounts of which nothing is left.
        failed: accounts whose turn ended with a store or the topic failing; it comes again.
        broken: what went wrong with accounts that nobody had thought of; it holds up no other account.
        oldest_seconds: for how long the one has waited that has waited longest; 0 if there is none.
    """

    taken_back: int = 0
    finished: int = 0
    failed: int = 0
    broken: list[Exception] = field(default_factory=list)
    oldest_seconds: float = 0.0


def erase(eraser: Eraser) -> Run:
    """Erase what deleted accounts left, a little of each in turn, for RUN_SECONDS at most.

    Raises:
        RateLimited, Unavailable: the list of them could not be read.
    """
    began, run = eraser.now(), Run()
    waiting = deque(eraser.erasures.pending(ACCOUNTS_A_RUN))
    if waiting:
        run.oldest_seconds = max(0.0, began - waiting[0].deleted_at / 1000)
    while waiting and eraser.now() < began + RUN_SECONDS:
        try:
            left = _step(waiting.popleft(), eraser, int(began * 1000), run)
        except (RateLimited, Unavailable):
            run.failed += 1
            continue
        except Exception as failure:
            run.broken.append(failure)
            continue
        if left:
            waiting.append(left)
    return run


def _step(erasure: Erasure, eraser: Eraser, began: int, run: Run) -> Erasure | None:
    """Do a little; return what is left for this run, None if that is nothing."""
    if not erasure.position:
        for each in eraser.connections.of_user(erasure.user_id):
            with suppress(OSError):  # gone, or it is for the next run
                eraser.close(each)
    if _leave_rooms(erasure.user_id, eraser) or _forget(erasure.user_id, eraser):
        return erasure
    until = sort_key(erasure.deleted_at + SETTLED_MS, "")
    entries, more = eraser.traces.of_user(erasure.user_id, erasure.position, until, ENTRIES_A_STEP)
    for entry in entries:
        run.taken_back += _erase_entry(entry, eraser)
    if entries:
        erasure = replace(erasure, position=entries[-1].sort_key)
    if more:
        eraser.erasures.advance(_kept(erasure))
        return erasure
    if began < erasure.deleted_at + SETTLED_MS:
        eraser.erasures.advance(_kept(erasure))  # the index may still learn of something
    else:
        eraser.erasures.finish(erasure.user_id)
        run.finished += 1
    return None


def _kept(erasure: Erasure) -> Erasure:
    """Return the position to keep: the last minute is looked at again, by every later run."""
    return replace(erasure, position=min(erasure.position, sort_key(erasure.deleted_at - SETTLED_MS, "")))


def _leave_rooms(user_id: str, eraser: Eraser) -> bool:
    """End some memberships, bans included; return whether there may be more."""
    page = eraser.memberships.of_user(user_id, None, ROOMS_A_STEP)
    for each in page.memberships:
        owner = None
        if each.role == "owner":
            owner = eraser.succession().hand_over(each.room_id, user_id, eraser.now_ms())
        eraser.memberships.remove(user_id, each.room_id, also=eraser.memberships.owns(owner, each.room_id))
    return page.next is not None


def _forget(user_id: str, eraser: Eraser) -> bool:
    """Remove some of what mentions a user, and of whom they blocked; return whether there may be more."""
    more = [store.forget(user_id, ENTRIES_A_STEP) for store in (eraser.mentioned, eraser.blocks)]
    return any(more)


def _erase_entry(entry: Message, eraser: Eraser) -> bool:
    """Take back what an entry put into a room; return whether there was anything."""
    is_text = is_message(entry) and entry.deleted_at is None
    is_reaction = isinstance(entry, Change) and entry.kind == "reaction" and entry.on is True
    taken_back = False
    if is_text or is_reaction:
        change = _taking_back(entry, eraser)
        taken_back = eraser.traces.take_back(change, entry.username)
        if taken_back:
            eraser.publish(change)
            eraser.sleep(PAUSE_SECONDS)
    if entry.username and not (is_text and taken_back):
        eraser.traces.take_name(entry)
    return taken_back


def _taking_back(entry: Message, eraser: Eraser) -> Change:
    now = eraser.now_ms()
    change_id = str(uuid7(now, eraser.random_bytes(10)))
    return Change(
        room_id=entry.room_id,
        sort_key=sort_key(now, change_id),
        message_id=change_id,
        user_id=entry.user_id,
        username="",
        content="",
        created_at=now,
        kind="reaction" if isinstance(entry, Change) else "deletion",
        target=entry.target if isinstance(entry, Change) else entry.sort_key,
        emoji=entry.emoji if isinstance(entry, Change) else None,
        on=False if isinstance(entry, Change) else None,
    )
