"""The rule of reading history."""

from shared.auth.identity import Identity
from shared.protocol.frames import GetMessages, ListPins, ListVersions
from shared.protocol.refusals import Forbidden, InvalidFrame
from shared.rights import RoomAction
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages, Page, Span
from shared.stores.pins import Pins


def read(
    wanted: GetMessages,
    reader: Identity,
    *,
    messages: Messages,
    memberships: Memberships,
    now: int,
    knows_changes: bool = True,
) -> Page:
    """Read a page of a room, or of the reader's own messages.

    Args:
        wanted: which page. After a sort key it is one of the log, with what was changed.
        reader: who reads.
        messages: the rooms' logs.
        memberships: who may read what.
        now: epoch ms.
        knows_changes: whether the reader's client does; else messages are all that it gets, and none that
            were deleted.

    Raises:
        Banned, Forbidden: the reader may not read that room, or asked for somebody else's messages by user.
        RateLimited, Unavailable: the store failed.
    """
    span = Span(wanted.limit, before=wanted.before, after=wanted.after)
    if wanted.user_id is None:
        memberships.check(RoomAction.READ, reader.user_id, wanted.room_id, now)
        if wanted.after is not None and knows_changes:
            return messages.log(wanted.room_id, wanted.after, wanted.limit)
        return messages.of_room(wanted.room_id, span, deleted=knows_changes)
    if wanted.user_id != reader.user_id:
        raise Forbidden("only one's own messages can be read by user")
    return messages.of_user(reader.user_id, span, deleted=knows_changes)


def pinned(
    wanted: ListPins, reader: Identity, *, messages: Messages, pins: Pins, memberships: Memberships, now: int
) -> Page:
    """Read the messages that are pinned in a room, as far as a frame holds them. `now` is epoch ms.

    Raises:
        Banned, Forbidden: the reader may not read that room.
        RateLimited, Unavailable: a store failed.
    """
    memberships.check(RoomAction.READ, reader.user_id, wanted.room_id, now)
    places = [each for each in pins.of_room(wanted.room_id) if each > (wanted.after or "")]
    return messages.at(wanted.room_id, places)


def versions_of(
    wanted: ListVersions, reader: Identity, *, messages: Messages, memberships: Memberships, now: int
) -> list[str]:
    """Read the earlier texts of a message, oldest first; those of a deleted one are gone. `now` is epoch ms.

    Raises:
        Banned, Forbidden: the reader may not moderate that room.
        InvalidFrame: there is no such message.
        RateLimited, Unavailable: a store failed.
    """
    memberships.check(RoomAction.READ_VERSIONS, reader.user_id, wanted.room_id, now)
    found = messages.versions(wanted.room_id, wanted.sort_key)
    if found is None:
        raise InvalidFrame("sortKey: there is no such message")
    return found
