"""The rule of sending a message: the server orders, the client's id deduplicates."""

from contextlib import suppress
from typing import Any

from services.ingest.republishing import Publish, publish_again
from shared.auth.identity import Identity
from shared.protocol.frames import SendMessage, text_of
from shared.protocol.mentions import mentions_in
from shared.protocol.message import Message, sort_key
from shared.protocol.refusals import Forbidden, InvalidFrame
from shared.rights import RoomAction
from shared.stores.messages import Messages
from shared.stores.sends import Sends, Sent
from shared.uuid7 import uuid7


def send(
    frame: SendMessage,
    sender: Identity,
    *,
    sends: Sends,
    messages: Messages,
    publish: Publish,
    now: int,
    random_bytes: bytes,
) -> Message:
    """Store the frame as a message of `sender`, then publish it. `now` is epoch ms, and the message's time.

    Repeating it with the same `client_message_id` stores nothing and returns what was stored first.

    Raises:
        InvalidContent, ContentTooLong: the text is no message.
        InvalidFrame: the id was used for another message, which its room keeps no longer.
        Banned, Muted, Forbidden: the sender may not write, at all or in that room.
        Unauthenticated: the sender's token was revoked.
        RateLimited, Unavailable: nothing was acknowledged; the client repeats.
    """
    message = compose(frame, sender, now=now, random_bytes=random_bytes)
    message, earlier = _put(message, sender, sends)
    if earlier is None:
        publish(message)
        return message
    stored = _stored(earlier, message, messages)
    publish_again(stored, earlier, sends=sends, messages=messages, publish=publish, now=now)
    return stored


def compose(frame: SendMessage, sender: Identity, *, now: int, random_bytes: bytes) -> Message:
    """Make the message that the frame asks for; its id, time and place are the server's."""
    message_id = str(uuid7(now, random_bytes))
    return Message(
        room_id=frame.room_id,
        sort_key=sort_key(now, message_id),
        message_id=message_id,
        user_id=sender.user_id,
        username=sender.username,
        content=text_of(frame.content),
        created_at=now,
        client_message_id=str(frame.client_message_id) if frame.client_message_id else None,
        reply_to=frame.reply_to,
        mentions_here=(frame.mentions_here and mentions_in(frame.content).here) or None,
    )


def _put(message: Message, sender: Identity, sends: Sends) -> tuple[Message, Sent | None]:
    """Store a message once; return it as it was stored, and what its client's id was first used for, if any.

    The transaction decides whether `@here` counts. A client asks for that alone where its user may, so that
    it is seldom repeated.
    """
    if message.mentions_here:
        with suppress(Forbidden):
            right = RoomAction.MENTION_HERE
            earlier = sends.put_once(message, issued_at=sender.issued_at, right=right)
            if not (earlier and earlier.is_barred):  # else it may be from that alone
                return message, earlier
        plain = message.model_copy(update={"mentions_here": None})
        earlier = sends.put_once(plain, issued_at=sender.issued_at)
        return (message if earlier else plain), earlier
    return message, sends.put_once(message, issued_at=sender.issued_at)


def _stored(earlier: Sent, repetition: Message, messages: Messages) -> Message:
    # Whether `@here` counts was decided then.
    if earlier.is_of(repetition) and not repetition.mentions_here:
        return repetition.model_copy(update=as_first_sent(earlier))
    # The id stands for what it was used for first, whatever it is used for now.
    stored = messages.find(earlier.room_id, earlier.sort_key)
    if stored is None:
        raise InvalidFrame("clientMessageId: the message that it was first used for is no more")
    return stored


def as_first_sent(earlier: Sent) -> dict[str, Any]:
    """Return the fields of a repetition that are those of what was stored first."""
    _, message_id = earlier.sort_key.split("#")
    return {
        "sort_key": earlier.sort_key,
        "message_id": message_id,
        "username": earlier.username,
        "created_at": earlier.created_at,
    }
