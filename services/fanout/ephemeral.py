"""Presence and typing: told once to those of a room who are there, and then forgotten.

Nothing here fails a record or comes before a message: what cannot be told within a second is dropped.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.fanout.background import Background, result_of
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.report import Report
from shared.aws.callback import Frame
from shared.jobs import EphemeralEvent, EphemeralJob
from shared.protocol.parts import parts
from shared.protocol.presence import PresenceChange, User
from shared.protocol.refusals import RateLimited, Unavailable
from shared.protocol.replies import encode, presence, typing
from shared.stores.connections import Connections, Occupant, Occupants

STALE_AFTER_MS = 10_000  # longer than typing is shown; who is there, a client asks for by then
READING_SECONDS = 1.0
POSTING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Messenger:
    """What events are told with; it lives across warm invocations.

    `post` takes a deadline in seconds of `monotonic` and tries each frame once. In rooms of more than
    `room_limit` connections nothing is told. `background` may go on with what is no longer waited for.
    """

    connections: Connections
    post: Callable[[Iterable[Delivery[str]], float], Iterator[Outcome[str]]]
    room_limit: int
    background: Background
    monotonic: Callable[[], float]


def tell(
    jobs: Sequence[EphemeralJob], messenger: Messenger, report: Report, *, now: int, deadline: float
) -> None:
    """Tell the events of a batch to their rooms. Never raises.

    `now` is epoch ms; `deadline`, in seconds of `monotonic`, is that of the batch's messages.
    """
    try:
        if fresh := _fresh(jobs, report, now):
            _tell(fresh, messenger, report, now, deadline)
    except Exception as failure:  # of whatever kind: it must not bring back the batch's messages
        report.ephemeral_failed(failure, len(jobs))


def deliveries_of(
    room_id: str, jobs: Sequence[EphemeralJob], occupants: Iterable[Occupant]
) -> Iterator[Delivery[str]]:
    """Yield a delivery for each v2 connection of a room: the events of others, all in one frame."""
    occupants = list(occupants)
    telling = [job for job in jobs if not _is_no_news(job, jobs, occupants)]
    usual = _frames(room_id, telling)
    origins = {job.exclude for job in telling}
    for occupant in occupants:
        identifier = occupant.connection_id
        if occupant.protocol != "v2":
            continue
        own = identifier in origins
        frames = _frames(room_id, [job for job in telling if job.exclude != identifier]) if own else usual
        if frames:
            yield Delivery(identifier, frames, room_id)


def _fresh(jobs: Sequence[EphemeralJob], report: Report, now: int) -> list[EphemeralJob]:
    fresh = [job for job in jobs if now - job.event.at <= STALE_AFTER_MS]
    report.ephemeral_dropped("stale", len(jobs) - len(fresh))
    return fresh


def _tell(
    jobs: Sequence[EphemeralJob], messenger: Messenger, report: Report, now: int, deadline: float
) -> None:
    by_room: dict[str, list[EphemeralJob]] = {}
    for job in jobs:
        by_room.setdefault(job.event.room_id, []).append(job)
    if messenger.monotonic() + READING_SECONDS + POSTING_SECONDS > deadline:
        report.ephemeral_dropped("failed", len(jobs))
        return
    deliveries: list[Delivery[str]] = []
    for room_id, occupants in _read(by_room, messenger, now).items():
        if occupants is None:
            report.ephemeral_dropped("failed", len(by_room[room_id]))
        elif occupants.more:
            report.ephemeral_dropped("room_too_large", len(by_room[room_id]))
        else:
            deliveries.extend(deliveries_of(room_id, by_room[room_id], occupants.counted))
    _post(deliveries, messenger, report, now)


def _read(rooms: Iterable[str], messenger: Messenger, now: int) -> dict[str, Occupants | None]:
    """Read the occupants of each room; None if DynamoDB did not give them in time."""
    reading = {
        room: messenger.background.submit(
            messenger.connections.occupants, room, now // 1000, messenger.room_limit
        )
        for room in rooms
    }
    messenger.background.wait(reading.values(), messenger.monotonic() + READING_SECONDS)
    return {room: result_of(future, RateLimited, Unavailable) for room, future in reading.items()}


def _post(deliveries: list[Delivery[str]], messenger: Messenger, report: Report, now: int) -> None:
    delivered, failed = 0, 0
    forgetting = []
    for outcome in messenger.post(deliveries, messenger.monotonic() + POSTING_SECONDS):
        if outcome.fate is Fate.DELIVERED:
            delivered += 1
        elif outcome.fate is Fate.GONE:
            room_id = outcome.delivery.context
            forgetting.append(
                messenger.background.submit(
                    messenger.connections.remove_gone, outcome.delivery.connection_id, room_id, now // 1000
                )
            )
        else:
            failed += 1
    messenger.background.wait(forgetting, messenger.monotonic() + READING_SECONDS)
    report.ephemeral_delivered(delivered)
    report.ephemeral_dropped("failed", failed)


def _is_no_news(job: EphemeralJob, jobs: Iterable[EphemeralJob], occupants: Iterable[Occupant]) -> bool:
    """Tell whether one came or left by one connection of several.

    Those that left do not count, the index may lag. Who came is no news only after a connection that joined
    before: of two at once the first is told. Every client replaces its connection every two hours.
    """
    if job.event.kind == "typing":
        return False
    leaving = {each.exclude for each in jobs if each.event.kind == "left"}
    theirs = [each for each in occupants if each.user_id == job.event.user_id]
    others = [each for each in theirs if each.connection_id not in {job.exclude, *leaving}]
    if job.event.kind == "left":
        return bool(others)
    own = next((each for each in theirs if each.connection_id == job.exclude), None)
    return own is not None and any(_order(each) < _order(own) for each in others)


def _order(occupant: Occupant) -> tuple[int, str]:
    return occupant.ttl, occupant.connection_id


def _frames(room_id: str, jobs: Iterable[EphemeralJob]) -> tuple[Frame, ...]:
    events = [job.event for job in jobs]
    changes = _changes([event for event in events if event.kind != "typing"])
    typists = {
        event.user_id: User(user_id=event.user_id, username=event.username)
        for event in events
        if event.kind == "typing"
    }
    replies = [presence(room_id, part) for part in parts(changes)]
    replies += [typing(room_id, part) for part in parts(typists.values())]
    return tuple(Frame.of(encode(reply)) for reply in replies)


def _changes(events: Iterable[EphemeralEvent]) -> list[PresenceChange]:
    """Return the newest change of each user. Of two in the same millisecond coming counts, as to clients."""
    newest: dict[str, PresenceChange] = {}
    for event in events:
        change = PresenceChange(
            user_id=event.user_id, username=event.username, online=event.kind == "joined", at=event.at
        )
        known = newest.get(event.user_id)
        if known is None or (change.at, change.online) > (known.at, known.online):
            newest[event.user_id] = change
    return list(newest.values())
