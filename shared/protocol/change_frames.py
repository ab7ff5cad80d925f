"""`data` of the frames that change a message (protocol v2 only)."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from shared.protocol.emoji import is_emoji
from shared.protocol.frames import Place, RoomId
from shared.protocol.message import Wire
from shared.protocol.room_frames import UserId


def _emoji(text: str) -> str:
    if not is_emoji(text):
        raise ValueError("a reaction is one emoji")
    return text


Emoji = Annotated[StrictStr, AfterValidator(_emoji)]


class OfMessage(Wire):
    """Which message, by its sort key.

    `client_message_id` is any UUID; what is asked for a second time with it is not done again.
    """

    room_id: RoomId
    sort_key: Place
    client_message_id: UUID | None = None


class EditMessage(OfMessage):
    """A message's new text; it is checked by `text_of`, as that of a new one is."""

    content: StrictStr = Field(repr=False)


class DeleteMessage(OfMessage):
    """A message that is to go. `author` is whose it is, as the client shows it: it saves looking, no more."""

    author: UserId | None = None


class React(OfMessage):
    """An emoji that the user puts under a message, or takes away."""

    emoji: Emoji
    on: StrictBool


class PinMessage(OfMessage):
    """Whether a message is pinned from now on."""

    on: StrictBool
