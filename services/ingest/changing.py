"""The rule of changing what was said: one transaction, then one publication, as a send has them."""

from collections.abc import Collection
from dataclasses import dataclass

from services.ingest.republishing import Publish, publish_again
from services.ingest.sending import as_first_sent
from shared.auth.identity import Identity
from shared.protocol.change_frames import DeleteMessage, EditMessage, OfMessage, PinMessage, React
from shared.protocol.frames import Frame, data_of, text_of
from shared.protocol.message import Change, ChangeKind, sort_key
from shared.protocol.refusals import InvalidFrame, RateLimited
from shared.rights import RoomAction, decide
from shared.rooms import RANK, Role, kind_of
from shared.stores.changes import NotTheAuthor, update_of
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.permission import subordination
from shared.stores.pins import pinning
from shared.stores.sends import Sends, Sent, Write
from shared.uuid7 import uuid7

_ACTIONS: dict[str, tuple[type[OfMessage], ChangeKind]] = {
    "editMessage": (EditMessage, "edit"),
    "deleteMessage": (DeleteMessage, "deletion"),
    "react": (React, "reaction"),
    "pinMessage": (PinMessage, "pin"),
}
_RIGHTS: dict[ChangeKind, RoomAction] = {
    "edit": RoomAction.EDIT,
    "reaction": RoomAction.REACT,
    "pin": RoomAction.PIN,
}
_BELOW_ANY_MODERATOR: frozenset[Role] = frozenset({"none", "member"})
CHANGES = frozenset(_ACTIONS)
"""The actions that are changes."""


class _NotBelow(RateLimited):
    """The author has none of the roles that were taken for lower."""

    def __init__(self) -> None:
        super().__init__("the author's role changed meanwhile")


@dataclass(frozen=True, slots=True)
class Log:
    """What changes are written with: `edit_window_ms` is for how long an author may edit a message."""

    sends: Sends
    messages: Messages
    memberships: Memberships
    messages_table: str
    memberships_table: str
    rooms_table: str
    edit_window_ms: int


def change(
    frame: Frame, user: Identity, *, log: Log, publish: Publish, now: int, random_bytes: bytes
) -> Change:
    """Change a message as the frame asks, then publish the change. `now` is epoch ms, and the change's time.

    Repeating it with the same `client_message_id` changes nothing and returns what was done first.

    Raises:
        InvalidFrame: there is no such message, or the id was used for something else.
        InvalidContent, ContentTooLong: the new text is none.
        Banned, Muted, Forbidden: the user may not do that, to this message, or not any more.
        Unauthenticated: the user's token was revoked.
        RateLimited, Unavailable: nothing was acknowledged; the client repeats.
    """
    made = compose(frame, user, now=now, random_bytes=random_bytes)
    if made.kind == "deletion":
        earlier = _delete(made, user, log, author=data_of(frame, DeleteMessage).author or user.user_id)
    else:
        earlier = _put(made, _RIGHTS[made.kind], user, (), log, author=user.user_id)
    if earlier is None:
        publish(made)
        return made
    if not earlier.is_of(made):
        raise InvalidFrame("clientMessageId: it was used for something else")
    made = made.model_copy(update=as_first_sent(earlier))
    publish_again(made, earlier, sends=log.sends, messages=log.messages, publish=publish, now=now)
    return made


def compose(frame: Frame, user: Identity, *, now: int, random_bytes: bytes) -> Change:
    """Make the change that the frame asks for; its id, time and place are the server's.

    Raises:
        InvalidFrame, InvalidContent, ContentTooLong: it asks for none.
    """
    model, kind = _ACTIONS[frame.action]
    wanted = data_of(frame, model)
    change_id = str(uuid7(now, random_bytes))
    return Change(
        room_id=wanted.room_id,
        sort_key=sort_key(now, change_id),
        message_id=change_id,
        user_id=user.user_id,
        username=user.username,
        content=text_of(wanted.content) if isinstance(wanted, EditMessage) else "",
        created_at=now,
        client_message_id=str(wanted.client_message_id) if wanted.client_message_id else None,
        kind=kind,
        target=wanted.sort_key,
        emoji=wanted.emoji if isinstance(wanted, React) else None,
        on=wanted.on if isinstance(wanted, (React, PinMessage)) else None,
    )


def _delete(made: Change, user: Identity, log: Log, *, author: str) -> Sent | None:
    """Delete a message of `author`, or of whom it turns out to be of.

    Members' messages are most of those that moderators delete: nothing is read then. A role that is not below
    any moderator's takes that of the one who deletes.
    """
    try:
        if author == user.user_id:
            return _put(made, RoomAction.DELETE_OWN, user, (), log, author=author)
        return _moderate(made, user, log, author=author, lower=_BELOW_ANY_MODERATOR)
    except NotTheAuthor as refusal:
        author = refusal.author
        if author == user.user_id:
            return _put(made, RoomAction.DELETE_OWN, user, (), log, author=author)
    except _NotBelow:
        pass
    return _moderate(made, user, log, author=author, lower=_roles_below(made, user, log, author=author))


def _roles_below(made: Change, user: Identity, log: Log, *, author: str) -> Collection[Role]:
    """Read both roles and return those that are lower than the user's. Raises the Refusal of who may not."""
    actor = log.memberships.standing(user.user_id, made.room_id, made.created_at)
    target = log.memberships.standing(author, made.room_id, made.created_at)
    if refusal := decide(RoomAction.DELETE_OTHERS, kind_of(made.room_id), actor, target):
        raise refusal
    return [role for role, rank in RANK.items() if rank < RANK[actor.role]]


def _moderate(made: Change, user: Identity, log: Log, *, author: str, lower: Collection[Role]) -> Sent | None:
    """Delete somebody else's message, as long as the user moderates and the author has one of those roles."""
    check = subordination(log.memberships_table, author, made.room_id, lower)
    is_lower = Write(check, lambda _row: _NotBelow())
    return _put(made, RoomAction.DELETE_OTHERS, user, (is_lower,), log, author=author)


def _put(
    made: Change, right: RoomAction, user: Identity, also: tuple[Write, ...], log: Log, *, author: str
) -> Sent | None:
    update = update_of(made, log.messages_table, author=author, edit_window_ms=log.edit_window_ms)
    writes = [update, *pinning(made, log.rooms_table), *also]
    return log.sends.put_once(made, issued_at=user.issued_at, right=right, also=writes)
