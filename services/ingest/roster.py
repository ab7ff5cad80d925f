"""Who of a room is online."""

from shared.protocol.parts import first_part
from shared.protocol.presence import User
from shared.protocol.replies import Reply, members
from shared.recent import Recent
from shared.stores.connections import Connections

COUNTED_CONNECTIONS = 1_000  # some 20 read units; a client shows "1,000+" beyond
REMEMBERED_MS = 10_000
ROOMS_REMEMBERED = 100


class Counts:
    """The counts of large rooms, remembered for a moment.

    They are read from the index that audiences come from, and every client on a room's page asks for them.
    """

    def __init__(self) -> None:
        self._answers = Recent[str, tuple[int, Reply]](ROOMS_REMEMBERED)

    def of(self, room_id: str, now: int) -> Reply | None:
        """Return the answer of a moment ago; `now` is epoch ms."""
        counted_at, answer = self._answers.get(room_id) or (now - REMEMBERED_MS, None)
        return answer if now - counted_at < REMEMBERED_MS else None

    def keep(self, room_id: str, answer: Reply, now: int) -> None:
        """Remember an answer as of `now`."""
        self._answers.put(room_id, (now, answer))


def roster(room_id: str, *, connections: Connections, counts: Counts, room_limit: int, now: int) -> Reply:
    """Return the answer to getMembers as of `now`, epoch ms, or of a moment before for a large room.

    Users are listed in rooms of up to `room_limit` connections, if that fits into a frame, and counted over
    COUNTED_CONNECTIONS at most.

    Raises:
        RateLimited, Unavailable: from `connections`.
    """
    if known := counts.of(room_id, now):
        return known
    occupants = connections.occupants(room_id, now // 1000, COUNTED_CONNECTIONS)
    users = {each.user_id: User(user_id=each.user_id, username=each.username) for each in occupants.counted}
    listed = sorted(users.values(), key=lambda user: (user.username, user.user_id))
    is_listed = not occupants.more and len(occupants.counted) <= room_limit
    if is_listed and len(first_part(listed)) == len(listed):
        return members(room_id, listed, online=len(users), more=False, at=now)
    answer = members(room_id, None, online=len(users), more=occupants.more, at=now)
    counts.keep(room_id, answer, now)
    return answer
