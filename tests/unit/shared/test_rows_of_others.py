"""Rows that this release did not write: by a later one, by hand in AWS's console, by a script of repair.

DynamoDB keeps whatever it is given. A row that cannot be read costs itself: a stream that fails on it stands
still for a day, and so does a page of history for whoever asks for it.
"""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.message import Change, Message, Notice
from shared.stores.dynamodb import marshal, unmarshal
from shared.stores.entries import entry_of_image, item_of
from shared.stores.messages import Messages, Span
from tests.unit.examples import change_of, message, notice

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
NUMBERS = st.sampled_from(["0", "-1", "1.5", "1E+2", "123456789012345678901234567890", "9.9E+125"])
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=5)),
    st.builds(lambda number: {"N": number}, NUMBERS),
    st.builds(lambda octets: {"B": octets}, st.binary(max_size=3)),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda those: {"SS": those}, st.lists(st.text(max_size=5), min_size=1, unique=True)),
    st.builds(lambda those: {"NS": those}, st.lists(NUMBERS, min_size=1, unique=True)),
    st.builds(lambda those: {"BS": those}, st.lists(st.binary(max_size=3), min_size=1, unique=True)),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(lambda those: {"L": those}, st.lists(inner, max_size=2)),
        st.builds(lambda those: {"M": those}, st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    ),
    max_leaves=3,
)
ENTRIES: list[Message] = [
    message(1),
    change_of(message(1), "edit", content="new"),
    change_of(message(1), "reaction", emoji="👍", on=True),
    notice(3),
]
ATTRIBUTES = sorted(
    {field.alias or name for kind in (Message, Change, Notice) for name, field in kind.model_fields.items()}
    | {"reactors", "emojis", "firstText", "lastText"}
)
entries = st.sampled_from(ENTRIES)


@given(entry=entries, other=VALUES)
def test_an_attribute_that_nobody_here_knows_hides_no_entry(entry: Message, other: Any) -> None:
    image: Any = marshal(item_of(entry)) | {"ofALaterRelease": other}

    assert entry_of_image(image) == entry_of_image(marshal(item_of(entry)))
    assert entry_of_image(image)


@given(entry=entries, changed=st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=3))
def test_no_row_is_too_strange_to_go_on_after_it(entry: Message, changed: dict[str, Any]) -> None:
    image: Any = marshal(item_of(entry)) | changed

    read = entry_of_image(image)

    assert read is None or isinstance(read, Message)


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=3))
def test_every_value_of_dynamodb_is_read(image: Any) -> None:
    assert unmarshal(image).keys() == image.keys()


@pytest.mark.parametrize("strange", [{"BOOL": True}, {"L": []}, {"N": "1.5"}, {"NULL": True}])
def test_a_page_has_what_is_beside_a_row_of_another_hand(
    messages: Messages, dynamodb: "DynamoDBClient", strange: Any
) -> None:
    for number in (1, 2, 3):
        row: Any = marshal(item_of(message(number)))
        dynamodb.put_item(TableName="messages", Item=row | ({"editedAt": strange} if number == 2 else {}))

    page = messages.of_room("global", Span(10))

    assert {message(1), message(3)} <= set(page.messages)
