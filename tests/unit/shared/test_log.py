"""Pages of a room's log: messages as they are now, and which changes there were."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Change, Message, Notice, is_message
from shared.protocol.replies import encode, message_history
from shared.rights import RoomAction
from shared.stores.changes import update_of
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.messages import Messages, Page, Span
from shared.stores.sends import Sends
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, change_of, message, notice

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

THUMB = "\U0001f44d"


def put(sends: Sends, entries: Iterable[Message]) -> None:
    for entry in entries:
        also = (
            [update_of(entry, "messages", author=ALICE.user_id, edit_window_ms=60_000)]
            if isinstance(entry, Change)
            else []
        )
        sends.put_once(entry, right=RoomAction.WRITE, also=also)


def edit(number: int, of: int, content: str = "Hi", room: str = "global") -> Change:
    return change_of(message(of, room=room), "edit", number=number, content=content)


def numbers(keys: Iterable[str]) -> list[int]:
    """The numbers that the entries have in the test."""
    return [int(key.split("#")[0]) % 1_000 for key in keys]


def of(page: Page) -> tuple[list[int], list[int], list[int]]:
    """The numbers of the page's messages, its changes, and what was changed outside of it."""
    return (
        numbers(each.sort_key for each in page.messages),
        numbers(page.changes),
        numbers(each.sort_key for each in page.changed),
    )


@pytest.fixture
def said(sends: Sends) -> None:
    put(sends, [message(1), message(2), edit(3, 1), message(4), edit(5, 1), edit(6, 4)])


@pytest.mark.usefixtures("said")
def test_the_newest_page_has_messages_as_they_are_and_the_changes_among_them(messages: Messages) -> None:
    page = messages.of_room("global", Span(2))

    assert of(page) == ([2, 4], [3, 5, 6], [])
    assert [each.content for each in page.messages] == ["Hello", "Hi"]
    assert page.next_cursor == message(2).sort_key


@pytest.mark.usefixtures("said")
def test_older_pages_have_messages_alone(messages: Messages) -> None:
    page = messages.of_room("global", Span(10, before=message(4).sort_key))

    assert of(page) == ([1, 2], [], [])
    assert page.messages[0].content == "Hi"


@pytest.mark.usefixtures("said")
def test_the_log_after_a_place_tells_what_was_changed_before_it(messages: Messages) -> None:
    page = messages.log("global", message(2).sort_key, 10)

    assert of(page) == ([4], [3, 5, 6], [1])
    assert (page.changed[0].content, page.next_cursor) == ("Hi", None)


@pytest.mark.usefixtures("said")
def test_pages_of_the_log_follow_each_other_by_entries(messages: Messages) -> None:
    first = messages.log("global", "0", 3)
    second = messages.log("global", first.next_cursor or "", 3)

    assert of(first) == ([1, 2], [3], [])
    assert of(second) == ([4], [5, 6], [1])
    assert second.next_cursor is None


@pytest.mark.usefixtures("said")
def test_what_others_said_is_counted_without_changes_and_what_was_deleted(
    sends: Sends, messages: Messages
) -> None:
    put(sends, [change_of(message(4), "deletion", number=7)])

    assert messages.count_of_others("global", "0", "b0b", 10) == (2, False)


@pytest.mark.usefixtures("said")
def test_ones_own_messages_are_messages(sends: Sends, messages: Messages) -> None:
    put(sends, [notice(7)])

    page = messages.of_user(ALICE.user_id, Span(10))

    assert (of(page)[0], page.notices) == ([1, 2, 4], [])


@pytest.mark.usefixtures("said")
def test_a_notice_is_no_message_that_could_be_found_counted_or_read_for_earlier_texts(
    sends: Sends, messages: Messages
) -> None:
    put(sends, [notice(7)])
    key = notice(7).sort_key

    assert messages.find("global", key) is None
    assert messages.versions("global", key) is None
    assert messages.at("global", [key]).messages == []
    assert messages.count_of_others("global", "0", "b0b", 10) == (3, False)
    (places,) = messages.places("global", 0, 10**13 - 1)
    assert key in places.of_changes


def test_who_knows_no_changes_gets_a_full_page_of_what_is_left(sends: Sends, messages: Messages) -> None:
    put(sends, [message(number) for number in range(1, 8)])
    put(sends, [change_of(message(number), "deletion", number=10 + number) for number in (7, 6, 4)])

    page = messages.of_room("global", Span(3), deleted=False)

    assert numbers(each.sort_key for each in page.messages) == [2, 3, 5]


def test_a_page_of_long_messages_that_were_changed_stays_within_a_frame(
    sends: Sends, messages: Messages
) -> None:
    put(sends, [message(number) for number in range(8)])
    put(sends, [edit(number + 10, number, content="\U0001f600" * 4_000) for number in range(8)])

    cursor, changed = message(7).sort_key, 0
    while cursor:
        page = messages.log("global", cursor, 100)
        frame = message_history(page.messages, reader="", made=page.changes, changed=page.changed)
        assert len(encode(frame)) <= FRAME_LIMIT_BYTES + 200
        changed += len(page.changed)
        cursor = page.next_cursor or ""
    assert changed == 8


def test_the_text_of_an_edit_is_in_the_row_of_its_message_alone(sends: Sends, messages: Messages) -> None:
    put(sends, [message(1), edit(2, 1, content="Hi")])

    found = messages.find("global", message(1).sort_key)
    assert found is not None
    assert found.content == "Hi"
    assert messages.find("global", edit(2, 1).sort_key) is None


NOTICE = -1  # in the place of the message that is changed
ENTRIES = st.lists(st.one_of(st.none(), st.integers(NOTICE, 20)), min_size=1, max_size=14)


@given(entries=ENTRIES, limit=st.integers(1, 5))
@settings(max_examples=of_fifty(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_said_and_changed_all_pages_together_are_the_log(
    sends: Sends, messages: Messages, entries: list[int | None], limit: int
) -> None:
    room = f"room-{hash((*entries, limit))}"
    log: list[Message] = []
    for number, target in enumerate(entries, start=1):
        texts = [each for each in log if is_message(each)]
        if target == NOTICE:
            log.append(notice(number, room=room))
        elif target is None or not texts:
            log.append(message(number, room=room))
        else:
            changed = texts[target % len(texts)]
            log.append(change_of(changed, "edit", number=number, content=f"text {number}"))
    put(sends, log)
    changes = [each for each in log if isinstance(each, Change)]
    noted = [each for each in log if isinstance(each, Notice)]
    first = {each.sort_key: each.content for each in log if is_message(each)}
    now = first | {each.target: each.content for each in changes}

    backwards: list[Message] = []
    page = messages.of_room(room, Span(limit))
    backwards[:0] = sorted([*page.messages, *page.notices], key=lambda each: each.sort_key)
    while page.next_cursor:
        page = messages.of_room(room, Span(limit, before=page.next_cursor))
        backwards[:0] = sorted([*page.messages, *page.notices], key=lambda each: each.sort_key)
    forwards: dict[str, str] = {}
    told: list[str] = []
    noticed: list[Notice] = []
    cursor: str | None = "0"
    while cursor:
        page = messages.log(room, cursor, limit)
        forwards |= {each.sort_key: each.content for each in [*page.messages, *page.changed]}
        told += page.changes
        noticed += page.notices
        cursor = page.next_cursor

    said = {each.sort_key: each.content for each in backwards if is_message(each)}
    assert said == forwards == now
    assert [each.sort_key for each in backwards] == sorted([*now, *(each.sort_key for each in noted)])
    assert noticed == [each for each in backwards if isinstance(each, Notice)] == noted
    assert told == [each.sort_key for each in log if not is_message(each)]


def test_what_a_later_release_wrote_hides_nothing_of_what_this_one_reads(
    messages: Messages, sends: Sends, dynamodb: "DynamoDBClient"
) -> None:
    for number in range(1, 7):
        if number % 2:
            put(sends, [message(number)])
        else:
            unknown = item_of(message(number)) | {"kind": "notice", "event": "of a later release"}
            dynamodb.put_item(TableName="messages", Item=marshal(unknown))

    def pages(read: Callable[[str | None], Page]) -> list[list[int]]:
        found, cursor = [], None
        while True:
            page = read(cursor)
            found.append(numbers(each.sort_key for each in page.messages))
            cursor = page.next_cursor
            if cursor is None:
                return found

    assert pages(lambda cursor: messages.log("global", cursor or "0", 1)) == [[1], [], [3], [], [5], []]
    assert pages(lambda cursor: messages.of_room("global", Span(1, before=cursor or "~"))) == [[5], [3], [1]]
    assert messages.find("global", message(2).sort_key) is None


def test_no_more_is_read_for_a_page_than_a_frame_has_room_for(
    messages: Messages, sends: Sends, dynamodb: "DynamoDBClient"
) -> None:
    long = "\U0001f468" * 4_000
    put(sends, (message(number, content=long) for number in range(1, 31)))
    put(sends, (edit(100 + number, number, content=long) for number in range(1, 31)))
    read: list[int] = []

    def count(params: Any, **_: Any) -> None:
        read.append(len(json.loads(params["body"])["RequestItems"]["messages"]["Keys"]))

    dynamodb.meta.events.register("before-call.dynamodb.BatchGetItem", count)

    page = messages.log("global", message(30).sort_key, 100)

    assert sum(read) <= 10
    assert of(page) == ([], [101], [1])
    assert page.next_cursor == edit(101, 1).sort_key
