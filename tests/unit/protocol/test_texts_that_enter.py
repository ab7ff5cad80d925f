"""No frame brings in a character that SQS refuses: what is published with it would reach nobody."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import ValidationError

from shared.protocol import change_frames, frames, profile_frames, room_frames
from shared.protocol.message import Wire

REFUSED = ("\uffff", "\ufffe", "a\uffffb", "\x00", "\x1b[2J")
# Never stored or published: looked for, compared, echoed to its sender, or checked elsewhere (text_of).
NOT_KEPT = {
    ("EditMessage", "content"),
    ("SendMessage", "content"),
    ("GetMessages", "userId"),
    ("SearchMessages", "query"),
    ("ListRooms", "query"),
    ("ListRooms", "cursor"),
    ("MyRooms", "cursor"),
    ("ListMembers", "cursor"),
    ("Frame", "action"),
    ("Frame", "requestId"),
    ("Frame", "token"),
}


def _is_text(annotation: Any) -> bool:
    is_plain = get_origin(annotation) in (None, Annotated, Union, UnionType)
    return annotation is str or (is_plain and any(map(_is_text, get_args(annotation))))


def text_fields() -> Iterator[tuple[type[Wire], str]]:
    for module in (frames, change_frames, profile_frames, room_frames):
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, Wire) and each.__module__ == module.__name__:
                for field in each.model_fields.values():
                    if _is_text(field.annotation) and (each.__name__, field.alias) not in NOT_KEPT:
                        yield each, str(field.alias)


@pytest.mark.parametrize(("model", "name"), sorted(text_fields(), key=str))
@pytest.mark.parametrize("text", REFUSED)
def test_a_text_that_is_kept_holds_nothing_that_a_queue_refuses(
    model: type[Wire], name: str, text: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        model.model_validate({name: text})
    assert name in {str(each["loc"][0]) for each in refusal.value.errors() if each["type"] != "missing"}


@pytest.mark.parametrize("title", ["\u200b", "\u202e\u200d", "\u00ad"])
def test_a_title_shows_something(title: str) -> None:
    data: Any = {"title": title}
    with pytest.raises(ValidationError):
        room_frames.CreateRoom.model_validate(data)


def test_a_title_may_hold_a_family() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert room_frames.CreateRoom.model_validate({"title": family}).title == family
