"""Frames to the client."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from shared.protocol.message import Change, Message, Notice
from shared.protocol.presence import PresenceChange, User
from shared.protocol.refusals import Refusal

Reply = dict[str, Any]

_V1_FIELDS = {"room_id", "sort_key", "message_id", "user_id", "username", "content", "created_at"}
_NOTICE_FIELDS = {"room_id", "sort_key", "user_id", "created_at", "event", "about", "role", "text", "days"}
_V2_CHANGE_FIELDS = _V1_FIELDS - {"message_id"} | {"kind", "target", "emoji", "on"}


def new_message(message: Message, *, reader: str | None = None) -> Reply:
    """Make the frame that shows a message; to its sender it is also the acknowledgement.

    Args:
        message: what was said.
        reader: id of the user whom a reply is for, who is told the client's id of their own messages
            (protocol v2 only).
    """
    return {"type": "newMessage", "data": _shown(message, reader)}


def new_message_v1(message: Message) -> Reply:
    """Make the frame that shows a message to a v1 client."""
    return {"type": "newMessage", "data": message.model_dump(by_alias=True, include=_V1_FIELDS)}


def new_messages(messages: Sequence[Message]) -> Reply:
    """Several messages in one frame (protocol v2 only)."""
    return {"type": "newMessages", "data": [_shown(message, None) for message in messages]}


def change(made: Change) -> Reply:
    """Make the frame that tells of a change; to its author it is also the acknowledgement (v2 only)."""
    return {"type": "change", "data": _told(made)}


def changes(made: Sequence[Change]) -> Reply:
    """Several changes in one frame (protocol v2 only)."""
    return {"type": "changes", "data": [_told(each) for each in made]}


def notice(made: Notice) -> Reply:
    """Make the frame that tells of a notice (protocol v2 only)."""
    return {"type": "notice", "data": made.model_dump(by_alias=True, include=_NOTICE_FIELDS)}


def message_history_v1(messages: Sequence[Message]) -> Reply:
    """Messages, oldest first, as protocol v1 knows them."""
    return {"type": "messageHistory", "data": [new_message_v1(message)["data"] for message in messages]}


def message_history(
    messages: Sequence[Message],
    *,
    reader: str,
    made: Sequence[str] = (),
    changed: Sequence[Message] = (),
    notices: Sequence[Notice] = (),
) -> Reply:
    """Messages, oldest first, as `new_message` shows them (protocol v2 only).

    Args:
        messages: of the page, as they are now.
        reader: id of the user whom the reply is for.
        made: sort keys of the changes that were made meanwhile, and of the notices.
        changed: what these changed outside of the page.
        notices: between the messages, oldest first.
    """
    reply: Reply = {"type": "messageHistory", "data": [_shown(message, reader) for message in messages]}
    if made:
        reply["changes"] = list(made)
    if changed:
        reply["changed"] = [_shown(message, reader) for message in changed]
    if notices:
        reply["notices"] = [notice(each)["data"] for each in notices]
    return reply


def mentions(
    messages: Sequence[Message], *, reader: str, next_cursor: str | None, added: Mapping[str, int]
) -> Reply:
    """Messages that mention a user (protocol v2 only).

    Args:
        messages: newest first.
        reader: id of the user whom the reply is for.
        next_cursor: where to go on; None at the end.
        added: by sort key, when an edit added the mention, epoch ms; missing of those written with it.
    """
    shown = [_shown(message, reader) for message in messages]
    return {
        "type": "mentions",
        "data": {"messages": shown, "nextCursor": next_cursor, "added": dict(added)},
    }


def versions(room_id: str, sort_key: str, texts: Sequence[str]) -> Reply:
    """Earlier texts of a message that are kept, oldest first (protocol v2 only)."""
    return {"type": "versions", "data": {"roomId": room_id, "sortKey": sort_key, "texts": list(texts)}}


def search_results(
    messages: Sequence[Message], *, reader: str, more_in: Sequence[str], next_cursor: str | None
) -> Reply:
    """Make the reply to a search (protocol v2 only).

    Args:
        messages: what was found, by room; of a room the newest first.
        reader: id of the user whom the reply is for.
        more_in: of several rooms searched, those in which more may be found than is told here.
        next_cursor: to go on with; None at the end.
    """
    found = [_shown(message, reader) for message in messages]
    return {
        "type": "searchResults",
        "data": {"messages": found, "moreIn": list(more_in), "nextCursor": next_cursor},
    }


def acknowledgement() -> Reply:
    """Make the reply that says: it is done (protocol v2 only)."""
    return {"type": "ack"}


def pong(now: int, *, differs: Sequence[str] | None = None, unsettled: Sequence[str] = ()) -> Reply:
    """Make the reply to a ping (protocol v2 only).

    Args:
        now: the server's clock, epoch ms.
        differs: the rooms in which more was said than the client has told it has.
        unsettled: the rooms of which it is too early to tell.
    """
    data: dict[str, Any] = {"action": "ping", "now": now}
    if differs is not None:
        data |= {"differs": list(differs), "unsettled": list(unsettled)}
    return {"type": "ack", "data": data}


def members(room_id: str, users: Sequence[User] | None, *, online: int, more: bool, at: int) -> Reply:
    """Who of a room is online, as of `at`, epoch ms; None: too many to list (protocol v2 only)."""
    listed = None if users is None else [user.model_dump(by_alias=True) for user in users]
    return {
        "type": "members",
        "data": {"roomId": room_id, "members": listed, "online": online, "more": more, "at": at},
    }


def presence(room_id: str, changes: Sequence[PresenceChange]) -> Reply:
    """Who came and went (protocol v2 only)."""
    return {
        "type": "presence",
        "data": {"roomId": room_id, "changes": [change.model_dump(by_alias=True) for change in changes]},
    }


def typing(room_id: str, users: Sequence[User]) -> Reply:
    """Who is typing (protocol v2 only)."""
    return {
        "type": "typing",
        "data": {"roomId": room_id, "users": [user.model_dump(by_alias=True) for user in users]},
    }


def read_to(room_id: str, sort_key: str) -> Reply:
    """How far the user has read a room, elsewhere (protocol v2 only)."""
    return {"type": "read", "data": {"roomId": room_id, "sortKey": sort_key}}


def membership_changed(room_id: str) -> Reply:
    """Something changed in what the user is in a room; `myRooms` tells what (protocol v2 only)."""
    return {"type": "membership", "data": {"roomId": room_id}}


def block_changed(user_id: str, *, is_blocked: bool) -> Reply:
    """Whom the user has blocked, or blocks no more, elsewhere (protocol v2 only)."""
    return {"type": "block", "data": {"userId": user_id, "blocked": is_blocked}}


def error(refusal: Refusal) -> Reply:
    """Make the reply that says why a frame was refused (only to a frame with a request id)."""
    data: dict[str, Any] = {"code": refusal.code.value, "message": refusal.message}
    if refusal.retry_after_ms is not None:
        data["retryAfterMs"] = refusal.retry_after_ms
    return {"type": "error", "data": data}


def encode(reply: Reply) -> bytes:
    """UTF-8 JSON, compact, not escaped: what counts against API Gateway's message limit."""
    return to_json(reply)


def _told(made: Change) -> dict[str, Any]:
    told = made.model_dump(by_alias=True, include=_V2_CHANGE_FIELDS)
    if made.kind != "edit":
        del told["content"]
    return told


def _shown(message: Message, reader: str | None) -> dict[str, Any]:
    shown = message.model_dump(by_alias=True)
    if message.client_message_id and message.user_id == reader:
        shown["clientMessageId"] = message.client_message_id
    return shown
