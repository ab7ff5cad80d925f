"""What holds of the tables whatever was asked for; each law gives what breaks it, mostly nothing."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from shared.auth.identity import Identity
from shared.protocol.message import Change, Message, is_message
from shared.rights import RoomAction, decide
from shared.rooms import direct_room_id, kind_of
from shared.stores.dynamodb import Item
from shared.stores.membership_rows import standing_of
from shared.stores.messages import Span
from tests.unit.model.world import REFUSED, World


class Shown(NamedTuple):
    """What is seen of a message."""

    text: str
    is_deleted: bool
    is_pinned: bool
    reactions: frozenset[str]


def roles(world: World) -> dict[tuple[str, str], str]:
    """Return who is what in which room, by the table."""
    rows = world.rows("memberships")
    return {(row["userId"], row["roomId"]): row["role"] for row in rows if row["role"] != "none"}


def heard_by_those_who_may_not(world: World) -> Iterator[Any]:
    """Whoever is in the audience of a room may read it."""
    standings = {(row["userId"], row["roomId"]): row for row in world.rows("memberships")}
    for row in world.rows("connections"):
        at = (row["userId"], row["roomId"])
        if not row["roomId"].startswith("-") and _may_not_read(standings.get(at, {}), row["roomId"], world):
            yield at


def _may_not_read(row: Item, room_id: str, world: World) -> bool:
    return decide(RoomAction.READ, kind_of(room_id), standing_of(row, world.now)) is not None


def counted_wrongly(world: World, user: Identity) -> Iterator[Any]:
    """What is unread is what others said since the user read last, or joined."""
    found = world.ask(user, "myRooms")
    for own in found["memberships"] if found != REFUSED else ():
        since = own["lastRead"] or f"{own['joinedAt']:013}#"
        unread = [
            row
            for row in world.rows("messages")
            if row["roomId"] == own["roomId"] and row["sortKey"] > since and _is_said(row)
        ]
        others = sum(row["userId"] != user.user_id for row in unread)
        if own["bannedUntil"] is None and own["unread"] != {"count": others, "more": False}:
            yield own["roomId"], own["unread"], others


def listed_wrongly(world: World, user: Identity, room_id: str) -> Iterator[Any]:
    """Whoever may see a room's members sees all who have a role there, and nobody else."""
    found = world.ask(user, "listMembers", roomId=room_id)
    if found != REFUSED:
        listed = {row["userId"]: row["role"] for row in found["memberships"]}
        expected = {who: role for (who, room), role in roles(world).items() if room == room_id}
        if listed != expected:
            yield room_id, listed, expected


def pushed_otherwise(world: World, room_id: str, kept_since: str) -> Iterator[Any]:
    """What one makes of all that was pushed is what history shows, but for what the room keeps no longer."""
    shown = {each.sort_key: _shown(each) for each in world.messages.of_room(room_id, Span(100)).messages}
    told = _folded(each for each in world.pushed if each.room_id == room_id)
    for key in told.keys() | shown.keys():
        if key >= kept_since and told.get(key) != shown.get(key):
            yield key, told.get(key), shown.get(key)


def _shown(message: Message) -> Shown:
    reactions = {f"{each.emoji} {who.user_id}" for each in message.reactions or () for who in each.users}
    is_deleted, is_pinned = message.deleted_at is not None, message.pinned_at is not None
    return Shown(message.content, is_deleted, is_pinned, frozenset(reactions))


def _folded(entries: Iterable[Message]) -> dict[str, Shown]:
    state: dict[str, Shown] = {}
    for entry in sorted(entries, key=lambda each: each.sort_key):
        if is_message(entry):
            state[entry.sort_key] = _shown(entry)
        elif isinstance(entry, Change) and entry.target in state:
            state[entry.target] = _changed(entry, state[entry.target])
    return state


def _changed(change: Change, before: Shown) -> Shown:
    if change.kind == "deletion":
        return Shown("", is_deleted=True, is_pinned=False, reactions=frozenset())
    if change.kind == "edit":
        return before._replace(text=change.content)
    if change.kind == "pin":
        return before._replace(is_pinned=bool(change.on))
    one = frozenset({f"{change.emoji} {change.user_id}"})
    return before._replace(reactions=before.reactions | one if change.on else before.reactions - one)


def blocked_in_one_place_alone(world: World, gone: Iterable[str]) -> Iterator[Any]:
    """Where two have a conversation, the membership of who is blocked says what the list says."""
    listed = {
        (row["userId"], row["item"].removeprefix("block#"))
        for row in world.rows("users")
        if row["item"].startswith("block#")
    }
    rows = {(row["userId"], row["roomId"]): row for row in world.rows("memberships")}
    everybody = {who for pair in listed for who in pair} | {who for who, _ in rows}
    for one in everybody - set(gone):
        for other in everybody - set(gone) - {one}:
            row = rows.get((other, direct_room_id(one, other)))
            if row is not None and ((one, other) in listed) != ("blockedAt" in row):
                yield one, other


def found_but_not_said(world: World) -> Iterator[Any]:
    """Each posting, and each mention, is of a message that is there and was not deleted."""
    there = {row["sortKey"] for row in world.rows("messages") if _is_said(row)}
    postings = [row["posting"].split("#", 1)[1] for row in world.rows("words")]
    mentions = [row["item"].removeprefix("mention#") for row in world.rows("users") if _is_mention(row)]
    yield from (each for each in [*postings, *mentions] if each not in there)


def _is_said(row: Item) -> bool:
    """Tell whether a row is a message that was not deleted."""
    return "kind" not in row and "deletedAt" not in row


def _is_mention(row: Item) -> bool:
    return str(row["item"]).startswith("mention#")


def left_of(world: World, name: str) -> Iterator[Any]:
    """No row holds the name of somebody who is gone, but those that run out by themselves."""
    for table in ("users", "messages", "memberships", "rooms", "words", "connections"):
        yield from ((table, row) for row in world.rows(table) if "ttl" not in row and name in repr(row))


def below_zero(world: World) -> Iterator[Any]:
    """Nothing that is counted down falls below nothing."""
    yield from (row for row in world.rows("rooms") if row.get("usesLeft", 0) < 0)
