"""What a message is after its changes, as clients fold them: the oracle for store and clients."""

from collections.abc import Iterable

from shared.protocol.message import Change, Message, Reaction, Reactor


def fold(message: Message, changes: Iterable[Change]) -> Message:
    """Return the message with those of the changes that are newer than it, whatever their order.

    Of the text, and of one user's reaction with one emoji, the latest counts; a deletion is for good.
    """
    known = message.changed_at or 0
    newer = {
        each.sort_key: each for each in changes if each.target == message.sort_key and each.created_at > known
    }
    for change in sorted(newer.values(), key=lambda each: each.created_at):
        message = _changed(message, change)
    return message


def _changed(message: Message, change: Change) -> Message:
    if message.deleted_at is not None:
        return message
    at = change.created_at
    if change.kind == "edit":
        return message.model_copy(update={"content": change.content, "edited_at": at})
    if change.kind == "deletion":
        gone = dict.fromkeys(("edited_at", "pinned_at", "reply_to", "reactions"))
        return message.model_copy(update={**gone, "content": "", "deleted_at": at})
    if change.kind == "pin":
        return message.model_copy(update={"pinned_at": at if change.on else None})
    return message.model_copy(update={"reactions": _reacted(message, change)})


def _reacted(message: Message, change: Change) -> tuple[Reaction, ...] | None:
    by_emoji = {each.emoji: {user.user_id: user for user in each.users} for each in message.reactions or ()}
    users = by_emoji.setdefault(change.emoji or "", {})
    users.pop(change.user_id, None)
    if change.on:
        users[change.user_id] = Reactor(user_id=change.user_id, username=change.username)
    return (
        tuple(
            Reaction(emoji=emoji, users=tuple(those[user] for user in sorted(those)))
            for emoji, those in sorted(by_emoji.items())
            if those
        )
        or None
    )
