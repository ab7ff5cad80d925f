"""The rule of sending a message."""

from collections.abc import Callable

from shared.auth.identity import Identity
from shared.protocol.frames import SendMessage, text_of
from shared.protocol.message import Message, sort_key
from shared.protocol.refusals import ClockSkew, Forbidden
from shared.stores.messages import Messages
from shared.uuid7 import epoch_ms_of, uuid7

CLOCK_SKEW_LIMIT_MS = 60_000


def send(
    frame: SendMessage,
    sender: Identity,
    *,
    messages: Messages,
    publish: Callable[[Message], None],
    now: int,
    random_bytes: bytes,
) -> Message:
    """Stores the frame as a message of `sender`, then publishes it. `now` is epoch ms.

    Repeating it with the same `client_message_id` stores nothing twice, publishes what is stored again and
    returns the same message.

    Raises:
        InvalidContent, ContentTooLong: the text is no message.
        ClockSkew: `client_message_id` is more than 60 s away from `now`.
        Forbidden: the id is that of a message of someone else.
        RateLimited, Unavailable: nothing was acknowledged; the client repeats.
    """
    stored = messages.put_once(compose(frame, sender, now=now, random_bytes=random_bytes))
    if stored.user_id != sender.user_id:
        raise Forbidden("the id is that of a message of someone else")
    publish(stored)
    return stored


def compose(frame: SendMessage, sender: Identity, *, now: int, random_bytes: bytes) -> Message:
    """The message that the frame asks for; its id and time are the client's if it names them."""
    text = text_of(frame.content)
    identifier = frame.client_message_id or uuid7(now, random_bytes)
    created_at = epoch_ms_of(identifier)
    if abs(created_at - now) > CLOCK_SKEW_LIMIT_MS:
        raise ClockSkew("clientMessageId is more than 60 s from the server's clock")
    return Message(
        room_id=frame.room_id,
        sort_key=sort_key(created_at, str(identifier)),
        message_id=str(identifier),
        user_id=sender.user_id,
        username=sender.username,
        content=text,
        created_at=created_at,
    )
