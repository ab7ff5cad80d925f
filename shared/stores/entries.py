"""Rows of the messages table: how an entry of a room's log is stored, and read from its row."""

from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from pydantic_core import to_json

from shared.protocol.message import Change, Entry, Message, Notice, Reaction, Reactor
from shared.stores.dynamodb import Item, unmarshal

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

# A message with a hundred reactions still fits into a frame. Clients show what people are called by now.
NAME_LIMIT_BYTES = 48
_SETS = frozenset({"reactions", "reactors", "emojis"})
_ENTRY: TypeAdapter[Change | Notice | Message] = TypeAdapter(Entry, config={"defer_build": True})


def item_of(entry: Message) -> Item:
    """Return a new entry as it is stored, its author's client's id included, texts of edits and notices not.

    An edit's text is in the row of its message alone, so that a deletion finds it; a title in its room's.
    """
    own = {"clientMessageId": entry.client_message_id} if entry.client_message_id else {}
    textless = {"content": ""} if isinstance(entry, Change) else {}
    return entry.model_dump(by_alias=True, exclude={"text"}) | own | textless


def entry_of(item: Item) -> Change | Notice | Message:
    """Return the entry of a room's log that an item is."""
    plain = {name: value for name, value in item.items() if name not in _SETS}
    if reactions := _reactions_of(item):
        plain["reactions"] = reactions
    return _ENTRY.validate_python(plain)


def readable(item: Item) -> Change | Notice | Message | None:
    """Return the entry that an item is; None if this release cannot read it.

    A later one may have written kinds of entries that an earlier one, gone back to, does not know; people may
    have written anything by hand.
    """
    try:
        return entry_of(item)
    except (ValueError, KeyError, TypeError):  # pydantic's errors are of values
        return None


def entry_of_image(image: "Mapping[str, AttributeValueTypeDef]") -> Change | Notice | Message | None:
    """Return the entry of an item as a stream tells it; None if the item is something else."""
    return readable(unmarshal(image))


def reaction_item(emoji: str, user_id: str) -> str:
    """Return how the row of a message keeps a reaction."""
    return f"{emoji} {user_id}"


def reactor_item(user_id: str, username: str) -> str:
    """Return how the row of a message keeps what somebody who reacted is called."""
    return f"{user_id} {_short(username)}"


def _short(name: str) -> str:
    """Return the beginning of a name that takes NAME_LIMIT_BYTES in a frame at most."""
    size = 0
    for length, character in enumerate(name):
        size += len(to_json(character)) - len('""')
        if size > NAME_LIMIT_BYTES:
            return name[:length]
    return name


def _reactions_of(item: Item) -> tuple[Reaction, ...]:
    named = (each.split(" ", 1) for each in sorted(item.get("reactors", ())))
    names = {user: _short(name) for user, name in named}
    pairs = sorted(each.split(" ", 1) for each in item.get("reactions", ()))
    return tuple(
        Reaction(
            emoji=emoji,
            users=tuple(Reactor(user_id=user, username=names.get(user, user)) for _, user in those),
        )
        for emoji, those in groupby(pairs, key=lambda pair: pair[0])
    )
