import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.frames import (
    CONTENT_LIMIT_CHARACTERS,
    get_messages_of,
    parse_frame,
    request_id_of,
    room_request_of,
    send_message_of,
    text_of,
)
from shared.protocol.refusals import ContentTooLong, InvalidContent, InvalidFrame, Refusal
from shared.protocol.text import may_enter


def test_a_v1_send_needs_only_content() -> None:
    frame = send_message_of(parse_frame('{"action": "sendMessage", "data": {"content": "Hello"}}'))

    assert (frame.content, frame.room_id, frame.client_message_id) == ("Hello", "global", None)


def test_a_v1_history_request_needs_nothing() -> None:
    frame = get_messages_of(parse_frame('{"action": "getMessages"}'))

    assert (frame.room_id, frame.limit, frame.before, frame.after) == ("global", 50, None, None)


def test_a_limit_above_the_page_is_lowered_as_the_reference_does() -> None:
    frame = parse_frame('{"action": "getMessages", "data": {"limit": 500}}')

    assert get_messages_of(frame).limit == 100


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        '"text"',
        "{}",
        '{"action": 5}',
        '{"action": ""}',
        '{"action": "sendMessage", "data": []}',
        '{"action": "sendMessage", "requestId": 7}',
        '{"action": "sendMessage", "token": {}}',
        '{"action": "x", "data": NaN}',
        "[" * 30_000,
        '{"a":' * 5_000,
    ],
)
def test_what_is_no_frame_is_refused(body: str) -> None:
    with pytest.raises(InvalidFrame):
        parse_frame(body)


@pytest.mark.parametrize(
    "body",
    [
        '{"action": "\\ud800"}',
        '{"action": "sendMessage", "data": {"content": "half \\udc00 a pair"}}',
        '{"action": "x", "\\ud800": 1}',
        '{"action": "x", "not escaped": "\ud800"}',
    ],
)
def test_a_text_that_is_not_well_formed_is_refused_as_such(body: str) -> None:
    with pytest.raises(InvalidContent):
        parse_frame(body)


def test_a_whole_surrogate_pair_is_one_character() -> None:
    frame = parse_frame('{"action": "sendMessage", "data": {"content": "\\ud83d\\ude00"}}')

    assert send_message_of(frame).content == "😀"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"content": 5},
        {"content": None},
        {"content": "x", "roomId": ""},
        {"content": "x", "roomId": "no spaces"},
        {"content": "x", "roomId": "new\nline"},
        {"content": "x", "roomId": "line\n"},
        {"content": "x", "roomId": "a" * 65},
        {"content": "x", "roomId": None},
        {"content": "x", "clientMessageId": "1"},
        {"content": "x", "clientMessageId": 7},
    ],
)
def test_a_send_of_the_wrong_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InvalidFrame):
        send_message_of(parse_frame(json.dumps({"action": "sendMessage", "data": data})))


@pytest.mark.parametrize(
    "data",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": "50"},
        {"limit": True},
        {"limit": 1.5},
        {"before": "yesterday"},
        {"after": "123#x"},
        {"before": "1763856000000#" + "a" * 65},
        {"before": "1763856000000#a", "after": "1763856000000#a"},
        {"userId": 5},
    ],
)
def test_a_history_request_of_the_wrong_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(InvalidFrame):
        get_messages_of(parse_frame(json.dumps({"action": "getMessages", "data": data})))


def test_joining_needs_a_room() -> None:
    with pytest.raises(InvalidFrame):
        room_request_of(parse_frame('{"action": "joinRoom", "data": {}}'))


def test_a_refusal_names_the_field_and_never_quotes_the_value() -> None:
    body = json.dumps({"action": "sendMessage", "data": {"content": "secret", "roomId": "se cret"}})

    with pytest.raises(InvalidFrame) as refusal:
        send_message_of(parse_frame(body))

    assert "roomId" in refusal.value.message
    assert "se cret" not in str(refusal.value)


def test_text_is_trimmed() -> None:
    assert text_of("  Hello \n there\t") == "Hello \n there"


def test_blank_text_is_refused() -> None:
    with pytest.raises(InvalidContent):
        text_of(" \n\t ")


def test_text_is_measured_in_characters_after_trimming() -> None:
    longest = "😀" * CONTENT_LIMIT_CHARACTERS

    assert text_of(f" {longest} ") == longest
    with pytest.raises(ContentTooLong):
        text_of(longest + "x")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"requestId": "r1"}', "r1"),
        ('{"requestId": ""}', None),
        ('{"requestId": 7}', None),
        ('{"requestId": "r1", "data": {"content": "\\ud800"}}', "r1"),
        ('{"requestId": "\\ud800"}', None),
        ('{"requestId": "r1", "data": NaN}', "r1"),
        ("[" * 30_000, None),
        ('{"requestId": "' + "x" * 129 + '"}', None),
        ("not json", None),
        ("[]", None),
    ],
)
def test_even_a_refused_frame_has_its_request_id(body: str, expected: str | None) -> None:
    assert request_id_of(body) == expected


TEXT = st.text(st.characters())  # halves of surrogate pairs included
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(st.dictionaries(st.sampled_from(["action", "data", "requestId", "token"]), JSON))
def test_no_object_makes_the_parser_fail_otherwise_than_by_refusing(frame: dict[str, object]) -> None:
    body = json.dumps(frame)
    for parse in (send_message_of, get_messages_of, room_request_of):
        try:
            parse(parse_frame(body))
        except Refusal:
            continue


@given(TEXT, st.sampled_from(["content", "roomId", "clientMessageId", "other"]))
def test_the_request_id_is_found_whatever_else_a_frame_says(text: str, field: str) -> None:
    body = json.dumps({"action": text, "requestId": "r1", "token": text, "data": {field: text}})

    assert request_id_of(body) == "r1"


@given(TEXT)
def test_what_is_taken_for_text_can_be_stored_queued_and_delivered(text: str) -> None:
    try:
        assert may_enter(text_of(text))
    except (InvalidContent, ContentTooLong):
        assert not text.strip() or not may_enter(text.strip())


@given(st.uuids(), st.booleans())
def test_any_uuid_is_a_client_message_id_in_either_case(identifier: UUID, upper: bool) -> None:
    text = str(identifier).upper() if upper else str(identifier)
    data = {"content": "x", "clientMessageId": text}

    frame = send_message_of(parse_frame(json.dumps({"action": "sendMessage", "data": data})))

    assert str(frame.client_message_id) == str(identifier)
