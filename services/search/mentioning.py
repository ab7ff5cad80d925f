"""Keeps who is mentioned as the messages are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.search.revisions import Revision
from shared.protocol.mentions import HERE, Mentions, mentions_in
from shared.protocol.message import Message
from shared.rights import RoomAction
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.profiles import Profiles

# Of a room that `@here` looks at; whoever is there beyond them has the message, but no mention of it.
HERE_LIMIT_CONNECTIONS = 200


@dataclass(frozen=True, slots=True)
class People:
    """Who is called how, may read what, and is there."""

    profiles: Profiles
    memberships: Memberships
    connections: Connections


@dataclass(frozen=True, slots=True)
class _Addressing:
    """Whom a message addresses by what it says last, and by handles that it said at any time."""

    message: Message
    present: Mentions
    ever: frozenset[str]


def note_mentions(revisions: Sequence[Revision], mentioned: Mentioned, people: People, now: int) -> int:
    """Write whom messages mention now, remove whom they do no more; return how many rows that were.

    Of each message every text that occurs is looked at, so that the rows end up the same however often, and
    in however large parts, the same records come again. Whom `@here` called is not called off: a row says by
    what it mentions, and readers see whether that still holds.

    Args:
        revisions: in their order.
        mentioned: where the rows are.
        people: whom they are about.
        now: epoch ms.

    Raises:
        RateLimited, Unavailable: from a store; some of the rows may be written.
    """
    changed = list(_changed(revisions))
    handles = {handle for each in changed for handle in each.ever}
    owners = people.profiles.owners_of(handles) if handles else {}
    called = [mention for each in changed for mention in _called(each, owners, people.connections, now)]
    put = {_place(each): each for each in _of_readers(called, people.memberships, now)}
    past = [mention for each in changed for mention in _mentions(each.ever, each.message, owners)]
    removed = [each for each in past if _place(each) not in put]
    mentioned.write(put.values(), removed)
    return len(put) + len(removed)


def _changed(revisions: Sequence[Revision]) -> Iterator[_Addressing]:
    """Yield the messages that may address others than before."""
    of_message: dict[tuple[str, str], list[Message | None]] = {}
    for each in revisions:
        of_message.setdefault(each.key, []).extend((each.old, each.new))
    for states in of_message.values():
        addressed = [_addressed(each) for each in states]
        if len(set(addressed)) > 1:  # else it is a reaction, a pin, or a text without mentions
            message = next(each for each in reversed(states) if each)
            ever = frozenset(handle for each in addressed for handle in each.handles)
            yield _Addressing(message, addressed[-1], ever)


def _addressed(message: Message | None) -> Mentions:
    if message is None or message.deleted_at is not None:
        return Mentions()
    found = mentions_in(message.content)
    return Mentions(found.handles, found.here and bool(message.mentions_here))


def _called(
    addressing: _Addressing, owners: Mapping[str, str], connections: Connections, now: int
) -> Iterator[Mention]:
    """Yield whom a message mentions, by their handles last; nobody mentions themselves."""
    message = addressing.message
    if addressing.present.here:
        there = connections.occupants(message.room_id, now // 1000, HERE_LIMIT_CONNECTIONS).counted
        for user_id in sorted({each.user_id for each in there} - {message.user_id}):
            yield Mention(user_id, message.room_id, message.sort_key, HERE)
    yield from _mentions(addressing.present.handles, message, owners)


def _mentions(handles: Iterable[str], message: Message, owners: Mapping[str, str]) -> Iterator[Mention]:
    """Yield the mentions of those who are called so, the author left out."""
    for handle in handles:
        if owners.get(handle, message.user_id) != message.user_id:
            yield Mention(owners[handle], message.room_id, message.sort_key, handle)


def _of_readers(mentions: Sequence[Mention], memberships: Memberships, now: int) -> list[Mention]:
    """Return the mentions of those who may read what mentions them."""
    wanted = [(each.user_id, each.room_id) for each in mentions]
    readers = memberships.permitted(RoomAction.READ, wanted, now)
    return [each for each in mentions if (each.user_id, each.room_id) in readers]


def _place(mention: Mention) -> tuple[str, str]:
    return mention.user_id, mention.sort_key
