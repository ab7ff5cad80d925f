from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.replies import encode, message_history
from shared.stores.messages import Messages, Page, Span
from shared.stores.sends import Sends
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, message


def stored(sends: Sends, count: int, room: str = "global", content: str = "Hello") -> list[str]:
    said = [message(number, room=room, content=content) for number in range(count)]
    for each in said:
        sends.put_once(each)
    return [each.sort_key for each in said]


def keys(page: Page) -> list[str]:
    return [found.sort_key for found in page.messages]


def test_a_message_is_found_by_its_place(messages: Messages, sends: Sends) -> None:
    stored(sends, 2)

    assert messages.find("global", message(1).sort_key) == message(1)
    assert messages.find("other", message(1).sort_key) is None


def test_the_newest_page_is_oldest_first_and_leads_to_the_older(messages: Messages, sends: Sends) -> None:
    all_keys = stored(sends, 5)

    newest = messages.of_room("global", Span(2))
    older = messages.of_room("global", Span(2, before=newest.next_cursor))
    oldest = messages.of_room("global", Span(2, before=older.next_cursor))

    assert [keys(newest), keys(older), keys(oldest)] == [all_keys[3:], all_keys[1:3], all_keys[:1]]
    assert oldest.next_cursor is None


def test_reading_after_leads_to_the_newer_until_caught_up(messages: Messages, sends: Sends) -> None:
    all_keys = stored(sends, 5)

    first = messages.of_room("global", Span(2, after=all_keys[0]))
    second = messages.of_room("global", Span(2, after=first.next_cursor))

    assert [keys(first), keys(second)] == [all_keys[1:3], all_keys[3:]]
    assert second.next_cursor is None


def test_an_empty_room_has_an_empty_page(messages: Messages) -> None:
    assert messages.of_room("empty", Span(10)) == Page([], None)


def test_rooms_do_not_mix_and_a_user_reads_across_them(messages: Messages, sends: Sends) -> None:
    here, there = message(1), message(2, room="other")
    for each in (here, there):
        sends.put_once(each)

    assert messages.of_room("global", Span(10)).messages == [here]
    assert messages.of_user(ALICE.user_id, Span(10)).messages == [here, there]


def test_a_page_ends_at_its_bytes_and_says_so(messages: Messages, sends: Sends) -> None:
    all_keys = stored(sends, 20, content="😀" * 4000)

    page = messages.of_room("global", Span(20))

    assert len(encode(message_history(page.messages, reader=""))) <= FRAME_LIMIT_BYTES
    assert 0 < len(page.messages) < 20
    assert keys(page) == all_keys[-len(page.messages) :]
    assert page.next_cursor == keys(page)[0]


@given(
    count=st.integers(min_value=0, max_value=12),
    limit=st.integers(min_value=1, max_value=5),
    forwards=st.booleans(),
)
@settings(max_examples=of_fifty(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_the_pages_either_way_meets_every_message_once(
    messages: Messages, sends: Sends, count: int, limit: int, forwards: bool
) -> None:
    room = f"walk-{count}-{limit}-{forwards}"
    all_keys = stored(sends, count, room=room)
    walked: list[str] = []
    span = Span(limit, after="0000000000000#") if forwards else Span(limit)

    while True:
        page = messages.of_room(room, span)
        walked = walked + keys(page) if forwards else keys(page) + walked
        if page.next_cursor is None:
            break
        span = Span(limit, after=page.next_cursor) if forwards else Span(limit, before=page.next_cursor)

    assert walked == all_keys
