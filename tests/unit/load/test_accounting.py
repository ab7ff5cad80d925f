"""The books: what is owed to whom, and what is called lost, missing or doubled."""

from hypothesis import given
from hypothesis import strategies as st

from tests.load.accounting import LEAVING_SECONDS, DeliveryLog, Sent, Stored

START = 1_000.0


def delivery_log(*members: str, room: str = "r") -> DeliveryLog:
    books = DeliveryLog()
    for member in members:
        books.join(member, room, START)
    return books


def key(number: int) -> str:
    return f"{number:013d}#m{number}"


def say(books: DeliveryLog, sender: str, number: int, *receivers: str) -> None:
    sent = Sent(sender, number, START + number)
    books.acknowledge(sender, f"m{number}", key(number), sent)
    for receiver in receivers:
        books.arrive(receiver, books.members[sender].room, f"m{number}", key(number), sent)


def held(*numbers: int, sender: str = "a") -> list[Stored]:
    """What history holds: the messages of these numbers."""
    return [Stored(f"m{number}", key(number), Sent(sender, number, START + number)) for number in numbers]


def test_everything_received_is_a_ratio_of_one() -> None:
    books = delivery_log("a", "b", "c")
    say(books, "a", 1, "b", "c")
    accounts = books.close({"r": held(1)})
    assert (accounts.expected, accounts.received, accounts.delivery_ratio) == (3, 3, 1.0)
    assert not accounts.missing
    assert not accounts.lost


def test_a_message_that_a_member_never_got_is_missing_by_name() -> None:
    books = delivery_log("a", "b", "c")
    say(books, "a", 1, "b")
    (missing,) = books.close({"r": held(1)}).missing
    assert (missing.member, missing.room, missing.message_id) == ("c", "r", "m1")


def test_an_acknowledged_message_that_history_lacks_is_lost_by_name() -> None:
    books = delivery_log("a", "b")
    say(books, "a", 1, "b")
    say(books, "a", 2, "b")
    assert books.close({"r": held(1)}).lost == ("m2",)


def test_what_is_acknowledged_while_history_is_read_is_neither_lost_nor_missing() -> None:
    books = delivery_log("a", "b")
    say(books, "a", 1, "b")
    books.seal()
    say(books, "a", 2)

    accounts = books.close({"r": held(1)})

    assert (accounts.acknowledged, accounts.lost, accounts.missing) == (1, (), ())


def test_a_message_that_was_never_acknowledged_is_owed_to_nobody() -> None:
    books = delivery_log("a", "b", "c")
    books.arrive("b", "r", "m1", key(1), Sent("a", 1, START + 1))
    accounts = books.close({"r": held()})
    assert (accounts.expected, accounts.lost, accounts.missing) == (0, (), ())


def test_deliveries_are_told_by_the_second_in_which_they_were_due() -> None:
    books = delivery_log("a", "b")
    say(books, "a", 1, "b")
    say(books, "a", 2)
    books.recover("b", "m2", key(2), Sent("a", 2, START + 2))
    say(books, "a", 3)
    by_second = books.close({"r": held(1, 2, 3)}).by_second
    assert by_second == {START + 1: (2, 2, 2), START + 2: (2, 2, 1), START + 3: (2, 1, 1)}


def test_a_second_copy_is_a_duplicate_and_no_second_delivery() -> None:
    books = delivery_log("a", "b")
    say(books, "a", 1, "b", "b", "b")
    accounts = books.close({"r": held(1)})
    assert (accounts.duplicates, accounts.received) == (2, 2)


def test_what_history_brings_fills_a_hole_and_is_no_duplicate() -> None:
    books = delivery_log("a", "b", "c")
    say(books, "a", 1, "b")
    for member in ("b", "c"):
        books.recover(member, "m1", key(1), Sent("a", 1, START + 1))
    accounts = books.close({"r": held(1)})
    assert (accounts.duplicates, len(accounts.missing)) == (0, 0)


def test_a_message_of_another_room_is_foreign() -> None:
    books = delivery_log("a", "b")
    books.join("stranger", "other", START)
    say(books, "a", 1, "b", "stranger")
    accounts = books.close({"r": held(1), "other": []})
    assert (accounts.foreign, accounts.expected) == (1, 2)


def test_arrivals_behind_a_later_sort_key_are_out_of_order() -> None:
    books = delivery_log("a", "b")
    for number in (1, 3, 2, 4):
        say(books, "a", number, "b")
    assert books.close({"r": held(1, 2, 3, 4)}).out_of_order == 1


def test_what_sorts_before_what_its_sender_had_been_answered_is_out_of_order_after_the_merge() -> None:
    books = delivery_log("a")
    books.acknowledge("a", "m1", key(2), Sent("a", 1, START))
    books.acknowledge("a", "m2", key(1), Sent("a", 2, START), follows=key(2))
    assert books.close({"r": held(1, 2)}).out_of_order_after_merge == 1


def test_messages_that_overtake_each_other_on_their_way_are_in_the_servers_order() -> None:
    books = delivery_log("a")
    books.acknowledge("a", "m1", key(2), Sent("a", 1, START))
    books.acknowledge("a", "m2", key(1), Sent("a", 2, START))
    assert books.close({"r": held(1, 2)}).out_of_order_after_merge == 0


def test_one_send_under_two_ids_is_stored_twice() -> None:
    books = delivery_log("a", "b")
    for message_id in ("m1", "m2"):
        books.arrive("b", "r", message_id, key(1), Sent("a", 1, START))
    assert books.close({"r": held(1, 2)}).stored_twice == 1


def test_nothing_is_owed_from_before_joining_or_shortly_before_leaving() -> None:
    books = delivery_log("a")
    books.join("late", "r", START + 10)
    books.join("early", "r", START)
    books.leave("early", START + 3 + LEAVING_SECONDS)
    for number in (1, 5, 12):
        say(books, "a", number)
    missing = books.close({"r": held(1, 5, 12)}).missing
    assert {(each.member, each.message_id) for each in missing} == {("late", "m12"), ("early", "m1")}


def test_a_v1_client_that_reconnects_is_owed_nothing_earlier() -> None:
    books = delivery_log("a", "b")
    say(books, "a", 1)
    books.forget_view("b", START + 2)
    assert books.holes() == 0


def test_a_v1_sender_is_told_nothing_so_what_history_holds_counts_as_accepted() -> None:
    books = DeliveryLog()
    books.join("a", "r", START, v1=True)
    books.join("b", "r", START, v1=True)
    accounts = books.close({"r": held(1)})
    assert accounts.acknowledged == 1
    assert {(each.member, each.message_id) for each in accounts.missing} == {("a", "m1"), ("b", "m1")}


def test_a_v2_sender_who_was_told_nothing_is_not_counted() -> None:
    accounts = delivery_log("a", "b").close({"r": held(1)})
    assert (accounts.acknowledged, accounts.expected) == (0, 0)


@given(
    sender=st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
    sequence=st.integers(0, 10**9),
    due_at=st.integers(0, 4 * 10**15).map(lambda microseconds: microseconds / 1_000_000),
    size=st.integers(60, 4000),
)
def test_a_content_says_what_was_sent(sender: str, sequence: int, due_at: float, size: int) -> None:
    content = Sent(sender, sequence, due_at).content(size)
    read = Sent.of_content(content)
    assert read is not None
    assert (read.sender, read.sequence) == (sender, sequence)
    assert abs(read.due_at - due_at) < 1e-5
    assert len(content) >= size


@given(st.text())
def test_any_other_content_is_nobodys(text: str) -> None:
    assert text.startswith("swarm ") or Sent.of_content(text) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.booleans()), max_size=60))
def test_the_books_balance(arrivals: list[tuple[int, int, bool]]) -> None:
    """Whatever arrives, live or recovered, in any order: a plain set of pairs says the same."""
    books = delivery_log("s", "0", "1", "2", "3")
    for number in range(10):
        say(books, "s", number)
    got = set()
    live, first_live = 0, set()
    for member, number, recovered in arrivals:
        sent = Sent("s", number, START + number)
        if recovered:
            books.recover(str(member), f"m{number}", key(number), sent)
        else:
            first_live.add((member, number))
            books.arrive(str(member), "r", f"m{number}", key(number), sent)
        live += not recovered
        got.add((member, number))
    accounts = books.close({"r": held(*range(10), sender="s")})
    assert accounts.expected == 50
    assert accounts.received == 10 + len(got)
    assert {(each.member, each.message_id) for each in accounts.missing} == {
        (str(member), f"m{number}")
        for member in range(4)
        for number in range(10)
        if (member, number) not in got
    }
    assert accounts.duplicates == live - len(first_live)
    assert books.holes() == len(accounts.missing)
