"""Who of a room is online."""

from shared.protocol.presence import User
from shared.protocol.replies import Reply, members
from shared.stores.connections import Connections

COUNTED_CONNECTIONS = 1_000  # some 20 read units; a client shows "1,000+" beyond


def roster(room_id: str, *, connections: Connections, room_limit: int, now: int) -> Reply:
    """The answer to getMembers as of `now`, epoch ms.

    Users are listed in rooms of up to `room_limit` connections and counted over COUNTED_CONNECTIONS at most.

    Raises:
        RateLimited, Unavailable: from `connections`.
    """
    occupants = connections.occupants(room_id, now // 1000, COUNTED_CONNECTIONS)
    users = {each.user_id: User(user_id=each.user_id, username=each.username) for each in occupants.counted}
    listed = sorted(users.values(), key=lambda user: (user.username, user.user_id))
    small = not occupants.more and len(occupants.counted) <= room_limit
    return members(room_id, listed if small else None, online=len(users), more=occupants.more, at=now)
