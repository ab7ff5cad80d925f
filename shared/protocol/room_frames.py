"""`data` of the frames that make rooms and decide who is in them."""

from typing import Annotated, Any, Literal, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, ValidationError, model_validator

from shared.protocol.frames import Cursor, Frame, RoomId
from shared.protocol.message import Wire
from shared.protocol.parts import first_part
from shared.protocol.refusals import InvalidFrame
from shared.protocol.text import legible, may_enter
from shared.rooms import PUBLIC_ROOM_ID, Notify
from shared.validation import first_fault

TITLE_LIMIT_CHARACTERS = 80
TOPIC_LIMIT_CHARACTERS = 300
REASON_LIMIT_CHARACTERS = 300
USER_ID_LIMIT_CHARACTERS = 128  # Cognito's limit for `sub` and user names
RETENTION_LIMIT_DAYS = 3_650
DAY_SECONDS = 24 * 60 * 60
RESTRICTION_LIMIT_SECONDS = 10 * 365 * DAY_SECONDS
INVITE_LIMIT_SECONDS = 30 * DAY_SECONDS
INVITE_LIMIT_USES = 1_000

T = TypeVar("T", bound=Wire)


def _public(text: str) -> str:
    if not PUBLIC_ROOM_ID.fullmatch(text):
        raise ValueError("a public room's name is 1 to 64 of A-Z a-z 0-9 _ -")
    return text


def _enterable(text: str) -> str:
    """Return the text. Raises ValueError: no queue takes a character in it, and a notice would be lost."""
    if not may_enter(text):
        raise ValueError("it holds control characters or is not well-formed")
    return text


def _clean(text: str) -> str:
    return _enterable(text).strip()


def _visible(text: str) -> str:
    if not legible(text, len(text)):
        raise ValueError("the text shows nothing")
    return text


_Trimmed = Annotated[StrictStr, AfterValidator(_clean)]
Title = Annotated[_Trimmed, Field(min_length=1, max_length=TITLE_LIMIT_CHARACTERS), AfterValidator(_visible)]
Reason = Annotated[_Trimmed, Field(max_length=REASON_LIMIT_CHARACTERS)]
Topic = Annotated[_Trimmed, Field(max_length=TOPIC_LIMIT_CHARACTERS)]
UserId = Annotated[
    StrictStr, Field(min_length=1, max_length=USER_ID_LIMIT_CHARACTERS), AfterValidator(_enterable)
]
PageCursor = Annotated[StrictStr, Field(min_length=1, max_length=USER_ID_LIMIT_CHARACTERS)]


class CreateRoom(Wire):
    """A public room has the id that its maker chose, a private one gets its id from the server.

    By `clientRoomId`, drawn by the client for one room, a private one is made once however often it is asked
    for.
    """

    kind: Literal["public", "private"] = "public"
    room_id: Annotated[StrictStr, AfterValidator(_public)] | None = None
    title: Title
    topic: Topic = ""
    client_room_id: UUID | None = None


class UpdateRoom(Wire):
    """New title and topic of a room; for how many days it keeps its log, 0 for good, unless that stays."""

    room_id: RoomId
    title: Title
    topic: Topic = ""
    retention_days: Annotated[StrictInt, Field(ge=0, le=RETENTION_LIMIT_DAYS)] | None = None


class ListRooms(Wire):
    """A page of the directory; `query` is looked for in titles, topics and ids, whatever the case."""

    query: Annotated[StrictStr, Field(max_length=TITLE_LIMIT_CHARACTERS)] = ""
    cursor: PageCursor | None = None


class MyRooms(Wire):
    """A page of the rooms that the user is a member of."""

    cursor: PageCursor | None = None


class OfMember(Wire):
    """`data` of inviteMember, removeMember and unban."""

    room_id: RoomId
    user_id: UserId


class SetRole(OfMember):
    """A member's new role."""

    role: Literal["member", "moderator", "owner"]


class Restrict(OfMember):
    """`data` of muteMember and banMember: for how long; 0 ends a mute."""

    seconds: Annotated[StrictInt, Field(ge=0, le=RESTRICTION_LIMIT_SECONDS)]


class CreateInvite(Wire):
    """An invitation to send as a link.

    By `clientInviteId`, drawn by the client for one invitation, it is made once however often it is asked
    for.
    """

    room_id: RoomId
    expires_in_seconds: Annotated[StrictInt, Field(ge=60, le=INVITE_LIMIT_SECONDS)] = DAY_SECONDS
    uses: Annotated[StrictInt, Field(ge=1, le=INVITE_LIMIT_USES)] = 1
    client_invite_id: UUID | None = None


class AcceptInvite(Wire):
    """The code of an invitation."""

    code: Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]


class ListMembers(Wire):
    """A page of all members of a room, online or not."""

    room_id: RoomId
    cursor: PageCursor | None = None


class StartDirect(Wire):
    """Whom to talk to."""

    user_id: UserId


class MarkRead(Wire):
    """The last message of a room that the user has read."""

    room_id: RoomId
    sort_key: Cursor


class SetNotify(Wire):
    """Which messages of a room the user wants to be told of."""

    room_id: RoomId
    notify: Notify


class SetChoices(Wire):
    """What the user has chosen for a room, beside what they are told of; what is not given stays."""

    room_id: RoomId
    favourite: StrictBool | None = None
    marked_unread: StrictBool | None = None

    @model_validator(mode="after")
    def _something_is_chosen(self) -> Self:
        if self.favourite is None and self.marked_unread is None:
            raise ValueError("favourite or markedUnread is needed")
        return self


class ReportMessage(Wire):
    """Which message operators are to look at, and why."""

    room_id: RoomId
    sort_key: Cursor
    reason: Reason = ""


def data_of(frame: Frame, model: type[T]) -> T:
    """Return a frame's `data` as that model.

    Raises:
        InvalidFrame: it does not fit.
    """
    try:
        return model.model_validate(frame.data)
    except ValidationError as error:
        raise InvalidFrame(first_fault(error)) from None


def page(name: str, rows: list[dict[str, Any]], next_cursor: str | None, *, by: str) -> dict[str, Any]:
    """Return a reply with a page of rows, as many as fit into a frame.

    Args:
        name: its type, and the name of the rows.
        rows: in the order of their keys.
        next_cursor: where to go on after all of them; None at the end.
        by: which field of a row is its key.
    """
    kept = first_part(rows)
    if len(kept) < len(rows):
        next_cursor = kept[-1][by]
    return {"type": name, "data": {name: kept, "nextCursor": next_cursor}}
