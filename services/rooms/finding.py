"""Finding rooms: the directory with who is there, and the rooms of a user with their titles."""

from concurrent.futures import Executor
from dataclasses import dataclass

from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.protocol.message import sort_key
from shared.protocol.room_frames import ListRooms, MyRooms
from shared.rooms import kind_of
from shared.stores.connections import Connections
from shared.stores.membership_rows import Membership
from shared.stores.messages import Messages
from shared.stores.rooms import Room

DIRECTORY_PAGE_ROOMS = 20  # two short queries for each that is shown
MY_ROOMS_PAGE = 40  # what a frame holds of rooms whose titles and topics are not written to be long
# Messages of a room: beyond it is "99+". Mostly that is some six read units, with the longest messages 128.
UNREAD_LOOKED_AT = 100
COUNTED_CONNECTIONS = 100  # of a room in the directory: beyond it is "100+"


@dataclass(frozen=True, slots=True)
class Liveliness:
    """What goes on in a room.

    Attributes:
        online: distinct users, counted over COUNTED_CONNECTIONS connections.
        more: there are more connections than were counted.
        last_activity_at: when something was said, changed or noted last, epoch ms; None if never.
    """

    online: int
    more: bool
    last_activity_at: int | None


@dataclass(frozen=True, slots=True)
class Directory:
    """A page of public rooms with what goes on there, and where to go on, None at the end."""

    rooms: list[tuple[Room, Liveliness]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Unread:
    """How much others said since the user read last, of UNREAD_LOOKED_AT messages; `more` follows those."""

    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class OwnRooms:
    """A page of a user's memberships, each with its room if it was ever made one, and what is unread."""

    memberships: list[tuple[Membership, Room | None, Unread]]
    next: str | None


@dataclass(frozen=True, slots=True)
class Lookout:
    """Sees what goes on in public rooms; several are looked at side by side."""

    connections: Connections
    messages: Messages
    executor: Executor

    def at(self, room_id: str, now: int) -> Liveliness:
        """Return what goes on in a room at `now`, epoch ms."""
        occupants = self.connections.occupants(room_id, now // 1000, COUNTED_CONNECTIONS)
        online = len({each.user_id for each in occupants.counted})
        return Liveliness(online, occupants.more, self.messages.last_activity(room_id))

    def unread(self, membership: Membership) -> Unread:
        """Return what a member has not read; who never read anything has read nothing since joining."""
        since = membership.last_read or sort_key(membership.joined_at, "")
        count, more = self.messages.count_of_others(
            membership.room_id, since, membership.user_id, UNREAD_LOOKED_AT
        )
        return Unread(count, more)

    def at_all(self, rooms: list[Room], now: int) -> list[tuple[Room, Liveliness]]:
        """Return each room with what goes on there at `now`, epoch ms."""
        return list(
            zip(rooms, self.executor.map(lambda room: self.at(room.room_id, now), rooms), strict=True)
        )


def search(frame: ListRooms, *, stores: Stores, lookout: Lookout, now: int) -> Directory:
    """Return a page of the public rooms at `now`, epoch ms; those that lack the query are left out of it.

    Raises:
        RateLimited, Unavailable: from the stores.
    """
    found = stores.rooms.directory(frame.cursor, DIRECTORY_PAGE_ROOMS)
    wanted = frame.query.casefold()
    kept = [room for room in found.rooms if wanted in _searched(room)]
    return Directory(lookout.at_all(kept, now), found.next)


def rooms_of(frame: MyRooms, user: Identity, *, stores: Stores, lookout: Lookout, now: int) -> OwnRooms:
    """Return a page of the rooms that the user is a member of, or has something to be told of, at `now`.

    `now` is epoch ms. Of a room that the user is banned from it is not told how much is said there.

    Raises:
        RateLimited, Unavailable: from the stores.
    """
    found = stores.memberships.of_user(user.user_id, frame.cursor, MY_ROOMS_PAGE)
    own = [each for each in found.memberships if each.role != "none" or kind_of(each.room_id) == "public"]
    rooms = stores.rooms.find_all([each.room_id for each in own])

    def unread_in(each: Membership) -> Unread:
        return Unread(0, more=False) if each.standing(now).banned else lookout.unread(each)

    unread = lookout.executor.map(unread_in, own)
    return OwnRooms(
        [(each, rooms.get(each.room_id), count) for each, count in zip(own, unread, strict=True)], found.next
    )


def _searched(room: Room) -> str:
    return f"{room.title}\n{room.topic}\n{room.room_id}".casefold()
