"""Frames from the client, parsed and checked."""

import json
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StrictStr, ValidationError, model_validator
from pydantic_core import from_json

from shared.protocol.digest import Digest
from shared.protocol.message import Wire
from shared.protocol.refusals import ContentTooLong, InvalidContent, InvalidFrame, Refusal
from shared.protocol.text import may_enter
from shared.rooms import is_room_id

DEFAULT_ROOM = "global"
CONTENT_LIMIT_CHARACTERS = 4_000
PAGE_LIMIT_MESSAGES = 100
REQUEST_ID_LIMIT_CHARACTERS = 128
DIGEST_LIMIT_ROOMS = 50
QUERY_LIMIT_CHARACTERS = 100
SEARCH_LIMIT_ROOMS = 50

T = TypeVar("T", bound=Wire)


def _room_id(text: str) -> str:
    if not is_room_id(text):
        raise ValueError("a room's name is 1 to 64 of A-Z a-z 0-9 _ -")
    return text


RoomId = Annotated[StrictStr, AfterValidator(_room_id)]
Cursor = Annotated[str, Field(pattern=r"^[0-9]{13}#[0-9A-Za-z-]{0,64}$")]
Place = Annotated[StrictStr, Field(pattern=r"^[0-9]{13}#[0-9A-Za-z-]{1,64}$")]
"""The sort key of a message."""
Limit = Annotated[StrictInt, Field(ge=1), AfterValidator(lambda limit: min(limit, PAGE_LIMIT_MESSAGES))]


class Frame(Wire):
    """What every frame may carry around its `data`."""

    action: StrictStr = Field(min_length=1)
    request_id: StrictStr | None = Field(default=None, min_length=1, max_length=REQUEST_ID_LIMIT_CHARACTERS)
    token: StrictStr | None = Field(default=None, repr=False)
    data: dict[str, Any] = Field(default={}, repr=False)


class SendMessage(Wire):
    """`content` is checked by `text_of`, because its faults have codes of their own.

    `client_message_id` is any UUID; a second send of the same user with it stores nothing. `reply_to` is the
    message that this one answers. `mentions_here` asks that `@here` in the text addresses everybody who is
    there; where the author may not do that, it is a word like others.
    """

    content: StrictStr = Field(repr=False)
    room_id: RoomId = DEFAULT_ROOM
    client_message_id: UUID | None = None
    reply_to: Place | None = None
    mentions_here: StrictBool = False


class GetMessages(Wire):
    """A page of a room, or of one's own messages if `user_id` is given.

    `before` and `after` are sort keys, exclusive; without either the newest page is meant. A limit
    above the page's is lowered to it, as the reference does.
    """

    room_id: RoomId = DEFAULT_ROOM
    limit: Limit = 50
    before: Cursor | None = None
    after: Cursor | None = None
    user_id: StrictStr | None = None

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.before is not None and self.after is not None:
            raise ValueError("give before or after, not both")
        return self


class ListPins(Wire):
    """The messages that are pinned in a room, those `after` a sort key."""

    room_id: RoomId
    after: Cursor | None = None


class ListMentions(Wire):
    """The messages that mention the user, those before `cursor`, the `nextCursor` of the page before."""

    cursor: Cursor | None = None


class ListVersions(Wire):
    """The earlier texts of a message."""

    room_id: RoomId
    sort_key: Place


class SearchMessages(Wire):
    """Messages by their words: of a room, or the newest of each of several. One of both is given.

    `cursor` is the `nextCursor` of the page before, for the same rooms.
    """

    query: Annotated[StrictStr, Field(min_length=1, max_length=QUERY_LIMIT_CHARACTERS)]
    room_id: RoomId | None = None
    room_ids: Annotated[list[RoomId], Field(min_length=1, max_length=SEARCH_LIMIT_ROOMS)] | None = None
    cursor: Annotated[StrictStr, Field(pattern=r"^[!-~]{1,200}$")] | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        if (self.room_id is None) == (self.room_ids is None):
            raise ValueError("give roomId or roomIds, not both")
        return self


class RoomRequest(Wire):
    """`data` of joinRoom, leaveRoom, typing and getMembers."""

    room_id: RoomId


class Ping(Wire):
    """`data` of ping: what the client has of its rooms, if it wants that compared."""

    rooms: dict[RoomId, Digest] = Field(default={}, max_length=DIGEST_LIMIT_ROOMS)


def parse_frame(body: str) -> Frame:
    """Read the envelope of a frame.

    Raises:
        InvalidFrame: not a JSON object, no action, or fields of the wrong kind.
        InvalidContent: a text in it is not well-formed Unicode.
    """
    return _checked(Frame, _json_object(body))


def request_id_of(body: str) -> str | None:
    """Return the request id of a frame, even of one that is refused; None if it has no valid one."""
    try:
        identifier = _lenient_json_object(body).get("requestId")
    except InvalidFrame:
        return None
    if not isinstance(identifier, str) or not 1 <= len(identifier) <= REQUEST_ID_LIMIT_CHARACTERS:
        return None
    return identifier if _is_well_formed(identifier) else None


def send_message_of(frame: Frame) -> SendMessage:
    """Read `data` of a sendMessage frame. Raises InvalidFrame."""
    return _checked(SendMessage, frame.data)


def get_messages_of(frame: Frame) -> GetMessages:
    """Read `data` of a getMessages frame. Raises InvalidFrame."""
    return _checked(GetMessages, frame.data)


def room_request_of(frame: Frame) -> RoomRequest:
    """Read `data` of a joinRoom, leaveRoom, typing or getMembers frame. Raises InvalidFrame."""
    return _checked(RoomRequest, frame.data)


def ping_of(frame: Frame) -> Ping:
    """Read `data` of a ping frame. Raises InvalidFrame."""
    return _checked(Ping, frame.data)


def data_of(frame: Frame, model: type[T]) -> T:
    """Read `data` of a frame as that model. Raises InvalidFrame."""
    return _checked(model, frame.data)


def text_of(content: str) -> str:
    """Return the text of a message, trimmed.

    Raises:
        InvalidContent: nothing is left, or a character that no queue takes.
        ContentTooLong: more than CONTENT_LIMIT_CHARACTERS code points are left.
    """
    text = content.strip()
    if not text:
        raise InvalidContent("a message needs text")
    if len(text) > CONTENT_LIMIT_CHARACTERS:
        raise ContentTooLong(f"a message holds at most {CONTENT_LIMIT_CHARACTERS} characters")
    if not may_enter(text):
        raise InvalidContent("the text holds control characters or is not well-formed")
    return text


def _json_object(body: str) -> dict[str, Any]:
    try:
        value = from_json(body, allow_inf_nan=False)
    except (ValueError, TypeError) as error:  # TypeError: half a surrogate pair that is not even escaped
        raise _fault_of(body) from error
    if not isinstance(value, dict):
        raise InvalidFrame("the frame is not a JSON object")
    return value


def _fault_of(body: str) -> Refusal:
    """Why `body` is no JSON to pydantic, which takes half a surrogate pair for a fault of the whole."""
    try:
        if not _is_well_formed(json.dumps(_lenient_json_object(body), ensure_ascii=False)):
            return InvalidContent("a text is not well-formed")
    except (InvalidFrame, RecursionError):
        pass
    return InvalidFrame("the frame is not JSON")


def _lenient_json_object(body: str) -> dict[str, Any]:
    """Return the object in `body`; its texts may be ill-formed."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidFrame("the frame is not JSON") from error
    if not isinstance(value, dict):
        raise InvalidFrame("the frame is not a JSON object")
    return value


def _is_well_formed(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _checked(model: type[T], value: dict[str, Any]) -> T:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise InvalidFrame(f"{place}: {fault['msg']}" if place else fault["msg"]) from None
