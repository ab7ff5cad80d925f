"""`data` of the frames that make rooms and decide who is in them."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, StrictInt, StrictStr, ValidationError

from shared.protocol.frames import Cursor, Frame, RoomId
from shared.protocol.message import Wire
from shared.protocol.refusals import InvalidFrame
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


_Trimmed = Annotated[StrictStr, AfterValidator(str.strip)]
Title = Annotated[_Trimmed, Field(min_length=1, max_length=TITLE_LIMIT_CHARACTERS)]
Reason = Annotated[_Trimmed, Field(max_length=REASON_LIMIT_CHARACTERS)]
Topic = Annotated[_Trimmed, Field(max_length=TOPIC_LIMIT_CHARACTERS)]
UserId = Annotated[StrictStr, Field(min_length=1, max_length=USER_ID_LIMIT_CHARACTERS)]
PageCursor = Annotated[StrictStr, Field(min_length=1, max_length=USER_ID_LIMIT_CHARACTERS)]


class CreateRoom(Wire):
    """A public room has the id that its maker chose, a private one gets its id from the server."""

    kind: Literal["public", "private"] = "public"
    room_id: Annotated[StrictStr, AfterValidator(_public)] | None = None
    title: Title
    topic: Topic = ""


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
    """An invitation to send as a link."""

    room_id: RoomId
    expires_in_seconds: Annotated[StrictInt, Field(ge=60, le=INVITE_LIMIT_SECONDS)] = DAY_SECONDS
    uses: Annotated[StrictInt, Field(ge=1, le=INVITE_LIMIT_USES)] = 1


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


def page(name: str, rows: list[dict[str, Any]], next_cursor: str | None) -> dict[str, Any]:
    """Return a reply with a page of rows; `name` is its type and the name of the rows."""
    return {"type": name, "data": {name: rows, "nextCursor": next_cursor}}
