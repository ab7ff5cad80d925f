"""What a change does to the row of its message: one update, conditional on that row alone.

All that is known of it beforehand is where it is. So that nothing has to be read first, the row keeps its
reactions in sets, which DynamoDB adds to and takes from without knowing them, and of earlier texts the first
and the one before.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.protocol.message import Change
from shared.protocol.refusals import Forbidden, InvalidFrame, RateLimited, Refusal
from shared.stores.dynamodb import Item, marshal
from shared.stores.entries import reaction_item, reactor_item
from shared.stores.sends import Write

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import UpdateTypeDef

EMOJI_LIMIT = 20  # different ones that a message ever had
REACTION_LIMIT = 100  # of all users, with all emoji, on one message
REACTOR_LIMIT = 200  # names that are kept; who renames themselves has two

CHANGEABLE = (
    "attribute_exists(userId)",
    "attribute_not_exists(#kind)",
    "attribute_not_exists(deletedAt)",
    "(attribute_not_exists(changedAt) OR changedAt < :at)",
)
"""A message, not a change or notice, that has not been deleted, and nothing of later that this would undo."""
_BY_AUTHOR = "userId = :author"
GONE_WITH_THE_TEXT = "firstText, lastText, editedAt, pinnedAt, replyTo, reactions, reactors, emojis"
"""Attributes of a message that its deletion removes."""


class NotTheAuthor(Forbidden):
    """The message is somebody else's: `author` is their user id."""

    def __init__(self, author: str) -> None:
        super().__init__("the message is somebody else's")
        self.author = author


@dataclass(frozen=True, slots=True)
class _Effect:
    """Clauses of the update, conditions beside those that all changes have, and the values of both."""

    update: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    values: Item = field(default_factory=dict)


def update_of(change: Change, table: str, *, author: str, edit_window_ms: int) -> Write:
    """Return what a change does to its message.

    Args:
        change: what is done, by whom and when.
        table: the messages table.
        author: whose message it has to be to be edited or deleted, a user id.
        edit_window_ms: for how long its author may edit a message.
    """
    effect = _effect_of(change, author, edit_window_ms)
    update: UpdateTypeDef = {
        "TableName": table,
        "Key": marshal({"roomId": change.room_id, "sortKey": change.target}),
        "UpdateExpression": " ".join(effect.update),
        "ConditionExpression": " AND ".join((*CHANGEABLE, *effect.conditions)),
        "ExpressionAttributeNames": {"#kind": "kind"},
        "ExpressionAttributeValues": marshal({":at": change.created_at, **effect.values}),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write({"Update": update}, lambda row: _refusal(change, row, author, edit_window_ms))


def _effect_of(change: Change, author: str, edit_window_ms: int) -> _Effect:
    changed = "SET changedAt = :at"
    if change.kind == "edit":
        texts = "firstText = if_not_exists(firstText, content), lastText = content, content = :text"
        since = change.created_at - edit_window_ms
        values = {":text": change.content, ":author": author, ":since": since}
        return _Effect((f"{changed}, editedAt = :at, {texts}",), (_BY_AUTHOR, "createdAt > :since"), values)
    if change.kind == "deletion":
        gone = (f"{changed}, deletedAt = :at, content = :nothing", f"REMOVE {GONE_WITH_THE_TEXT}")
        return _Effect(gone, (_BY_AUTHOR,), {":nothing": "", ":author": author})
    if change.kind == "pin":
        return _Effect((f"{changed}, pinnedAt = :at",) if change.on else (changed, "REMOVE pinnedAt"))
    return _reaction(change, changed)


def _reaction(change: Change, changed: str) -> _Effect:
    reaction = frozenset({reaction_item(change.emoji or "", change.user_id)})
    if not change.on:
        return _Effect((changed, "DELETE reactions :reaction"), (), {":reaction": reaction})
    conditions = (
        "(attribute_not_exists(reactions) OR contains(reactions, :one) OR size(reactions) < :reactionLimit)",
        "(attribute_not_exists(emojis) OR contains(emojis, :emoji) OR size(emojis) < :emojiLimit)",
        "(attribute_not_exists(reactors) OR size(reactors) < :reactorLimit)",
    )
    values = {
        ":reaction": reaction,
        ":one": reaction_item(change.emoji or "", change.user_id),
        ":reactor": frozenset({reactor_item(change.user_id, change.username)}),
        ":emoji": change.emoji or "",
        ":emojis": frozenset({change.emoji or ""}),
        ":reactionLimit": REACTION_LIMIT,
        ":emojiLimit": EMOJI_LIMIT,
        ":reactorLimit": REACTOR_LIMIT,
    }
    added = "ADD reactions :reaction, reactors :reactor, emojis :emojis"
    return _Effect((changed, added), conditions, values)


def _refusal(change: Change, row: Item, author: str, edit_window_ms: int) -> Refusal:
    """Return why the row does not take the change; the first reason that holds."""
    if "userId" not in row or "kind" in row or "deletedAt" in row:
        return InvalidFrame("sortKey: there is no such message")
    if change.kind in ("edit", "deletion") and row["userId"] != author:
        return NotTheAuthor(row["userId"])
    if change.kind == "edit" and row["createdAt"] <= change.created_at - edit_window_ms:
        return Forbidden("the message is too old to be edited")
    if (behind := row.get("changedAt", 0) - change.created_at) >= 0:
        return RateLimited("the message is being changed", retry_after_ms=behind + 1)
    return Forbidden("the message takes no more reactions")
