"""Keeps who is mentioned as the messages are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.search.addressing import Addressing, addressings
from services.search.revisions import Revision
from shared.protocol.mentions import HERE
from shared.rights import RoomAction
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.profiles import Profiles

# Of a room that `@here` looks at; whoever is there beyond them has the message, but no mention of it.
HERE_LIMIT_CONNECTIONS = 200


@dataclass(frozen=True, slots=True)
class People:
    """Who is called how, may read what, is there, and does not want to hear of whom."""

    profiles: Profiles
    memberships: Memberships
    connections: Connections
    blocks: Blocks


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
    changed = list(addressings(revisions))
    handles = {handle for each in changed for handle in each.ever}
    owners = people.profiles.owners_of(handles) if handles else {}
    called = [mention for each in changed for mention in _called(each, owners, people.connections, now)]
    heard = _not_blocked(_of_readers(called, people.memberships, now), changed, people.blocks)
    put = {_place(each): each for each in heard}
    past = [mention for each in changed for mention in _mentions(each.ever, each, owners)]
    removed = [each for each in past if _place(each) not in put]
    mentioned.write(_with_their_time(put, changed, mentioned), removed)
    return len(put) + len(removed)


def _called(
    addressing: Addressing, owners: Mapping[str, str], connections: Connections, now: int
) -> Iterator[Mention]:
    """Yield whom a message mentions, by their handles last; nobody mentions themselves."""
    message = addressing.message
    if addressing.present.here:
        there = connections.occupants(message.room_id, now // 1000, HERE_LIMIT_CONNECTIONS).counted
        for user_id in sorted({each.user_id for each in there} - {message.user_id}):
            yield Mention(user_id, message.room_id, message.sort_key, HERE, addressing.added.get(HERE, 0))
    yield from _mentions(addressing.present.handles, addressing, owners)


def _mentions(handles: Iterable[str], addressing: Addressing, owners: Mapping[str, str]) -> Iterator[Mention]:
    """Yield the mentions of those who are called so, the author left out."""
    message = addressing.message
    for handle in handles:
        if (owner := owners.get(handle, message.user_id)) != message.user_id:
            added_at = addressing.added.get(handle, 0)
            yield Mention(owner, message.room_id, message.sort_key, handle, added_at)


def _with_their_time(
    put: Mapping[tuple[str, str], Mention], changed: Sequence[Addressing], mentioned: Mentioned
) -> list[Mention]:
    """Return what is to be put; what was there before these records keeps the time at which it was added."""
    unseen = {(each.message.sort_key, handle) for each in changed for handle in each.unseen}
    asked = [each for each in put.values() if (each.sort_key, each.handle) in unseen]
    kept = {(*_place(each), each.handle): each.added_at for each in mentioned.as_kept(asked)}
    return [
        replace(each, added_at=kept.get((*_place(each), each.handle), each.added_at)) for each in put.values()
    ]


def _of_readers(mentions: Sequence[Mention], memberships: Memberships, now: int) -> list[Mention]:
    """Return the mentions of those who may read what mentions them."""
    wanted = [(each.user_id, each.room_id) for each in mentions]
    readers = memberships.permitted(RoomAction.READ, wanted, now)
    return [each for each in mentions if (each.user_id, each.room_id) in readers]


def _not_blocked(mentions: Sequence[Mention], changed: Sequence[Addressing], blocks: Blocks) -> list[Mention]:
    """Return the mentions of those who do not block the author."""
    authors = {(each.message.room_id, each.message.sort_key): each.message.user_id for each in changed}
    pairs = [(each.user_id, authors[each.room_id, each.sort_key]) for each in mentions]
    blocking = blocks.among(pairs)
    return [each for each, pair in zip(mentions, pairs, strict=True) if pair not in blocking]


def _place(mention: Mention) -> tuple[str, str]:
    return mention.user_id, mention.sort_key
