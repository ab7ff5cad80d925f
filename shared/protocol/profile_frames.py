"""`data` of the frames about what users are called."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from shared.protocol.handles import Handle
from shared.protocol.message import Wire
from shared.protocol.room_frames import UserId
from shared.protocol.text import legible

DISPLAY_NAME_LIMIT_CHARACTERS = 64
STATUS_LIMIT_CHARACTERS = 100
PROFILES_LIMIT = 100
HANDLES_LIMIT = 10  # of a question: each is a read of its own


def _seen_as_written(text: str) -> str:
    """Return a text trimmed. Raises ValueError: something in it shows nothing, or turns what follows."""
    trimmed = re.sub(" +", " ", text.strip(" "))
    if legible(trimmed, len(trimmed)) != trimmed:
        raise ValueError("it holds characters that nobody sees")
    return trimmed


_Seen = Annotated[StrictStr, AfterValidator(_seen_as_written)]
DisplayName = Annotated[_Seen, Field(min_length=1, max_length=DISPLAY_NAME_LIMIT_CHARACTERS)]
Status = Annotated[_Seen, Field(max_length=STATUS_LIMIT_CHARACTERS)]


class SetProfile(Wire):
    """What the user wants to be called and told of them; what is left out stays."""

    handle: Handle | None = None
    display_name: DisplayName | None = None
    status: Status | None = None
    show_last_seen: StrictBool | None = None


class GetProfiles(Wire):
    """Whose profiles are wanted, by id or by handle."""

    user_ids: Annotated[tuple[UserId, ...], Field(max_length=PROFILES_LIMIT)] = ()
    handles: Annotated[tuple[Handle, ...], Field(max_length=HANDLES_LIMIT)] = ()


class DeleteAccount(Wire):
    """The account's handle: who deletes it has to type it."""

    handle: Handle
