"""The transaction that stores a message decides whether its author may act at all, and so often."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.protocol.message import Message
from shared.protocol.refusals import Banned, RateLimited, Unauthenticated
from shared.rate import Bucket
from shared.stores.messages import Messages, Span
from shared.stores.sends import Sends
from shared.stores.users import FOR_GOOD, Users
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, NOW, NOW_SECONDS, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BUCKET = Bucket(burst=3, every_ms=1_000)
TABLES = ("messages", "users", "memberships")


@pytest.fixture
def strict(dynamodb: "DynamoDBClient") -> Sends:
    return Sends(dynamodb, *TABLES, BUCKET)


@pytest.fixture
def users(dynamodb: "DynamoDBClient") -> Users:
    return Users(dynamodb, "users")


def said_by(user_id: str, number: int, *, at: int = NOW) -> Message:
    return message(number, at=at).model_copy(update={"user_id": user_id})


def test_a_burst_is_stored_and_the_next_is_told_how_long_to_wait(strict: Sends, messages: Messages) -> None:
    for number in range(3):
        strict.put_once(message(number))

    with pytest.raises(RateLimited) as refusal:
        strict.put_once(message(3))
    assert refusal.value.retry_after_ms == 1_000 - 3
    assert len(messages.of_room("global", Span(10)).messages) == 3

    strict.put_once(message(3, at=NOW + 1_000))


def test_a_limit_is_a_users_own(strict: Sends) -> None:
    for number in range(3):
        strict.put_once(message(number))

    strict.put_once(said_by("b0b", 3))


@given(st.lists(st.integers(0, 2_500), min_size=1, max_size=12))
@settings(max_examples=of_fifty(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_lets_through_what_the_bucket_does(strict: Sends, pauses: list[int]) -> None:
    spent_until, now = 0, NOW
    user_id = f"user-{pauses}"
    for number, pause in enumerate(pauses):
        now += pause
        wait = BUCKET.wait_ms(spent_until, now)
        try:
            strict.put_once(said_by(user_id, number, at=now - number))
            told = 0
        except RateLimited as refusal:
            told = refusal.retry_after_ms or 0
        assert told == wait
        if not wait:
            spent_until = BUCKET.after_one(spent_until, now)


def test_who_pauses_costs_one_call_and_who_does_not_one_more(
    dynamodb: "DynamoDBClient", strict: Sends
) -> None:
    calls: list[str] = []
    dynamodb.meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    for number in range(3):
        strict.put_once(message(number, at=NOW + 1_001 * number))
    assert calls == ["TransactWriteItems"] * 3

    strict.put_once(message(4, at=NOW + 1_001 * 2))
    assert calls == ["TransactWriteItems"] * 5


def test_a_flood_costs_one_call_a_second(dynamodb: "DynamoDBClient", strict: Sends) -> None:
    for number in range(3):
        strict.put_once(message(number))
    calls: list[str] = []
    dynamodb.meta.events.register("before-call", lambda model, **_: calls.append(model.name))

    for number in range(100):
        with pytest.raises(RateLimited) as refusal:
            strict.put_once(said_by(ALICE.user_id, number, at=NOW - number))
        assert refusal.value.retry_after_ms == 1_000
    assert calls == ["TransactWriteItems"]


def test_sends_at_once_spend_as_much_as_sends_in_turn(dynamodb: "DynamoDBClient") -> None:
    class Overtaken:
        """Another send of the same user comes first, each time."""

        def __init__(self) -> None:
            self.others = iter(range(100, 102))

        def transact_write_items(self, **request: Any) -> Any:
            for other in self.others:
                Sends(dynamodb, *TABLES, BUCKET).put_once(message(other, at=NOW - other))
                break
            return dynamodb.transact_write_items(**request)

    overtaken: Any = Overtaken()
    Sends(overtaken, *TABLES, BUCKET).put_once(message(0))

    with pytest.raises(RateLimited):
        Sends(dynamodb, *TABLES, BUCKET).put_once(message(1))


@pytest.mark.parametrize(("until", "wait"), [(FOR_GOOD, None), (NOW + 60_000, 60_000)])
def test_who_is_banned_stores_nothing(
    strict: Sends, users: Users, messages: Messages, until: int, wait: int | None
) -> None:
    users.ban(ALICE.user_id, until)

    with pytest.raises(Banned) as refusal:
        strict.put_once(message(0))
    assert refusal.value.retry_after_ms == wait
    assert messages.of_room("global", Span(10)).messages == []


def test_a_ban_ends_by_itself_or_when_it_is_ended(strict: Sends, users: Users) -> None:
    users.ban(ALICE.user_id, NOW)
    strict.put_once(message(0))
    users.ban(ALICE.user_id)
    users.unban(ALICE.user_id)
    strict.put_once(message(1))


@pytest.mark.parametrize(
    ("issued_at", "revoked"),
    [(NOW_SECONDS - 1, True), (NOW_SECONDS, True), (NOW_SECONDS + 1, False), (0, True), (None, False)],
)
def test_tokens_of_before_a_sign_out_are_good_for_nothing(
    strict: Sends, users: Users, issued_at: int | None, revoked: bool
) -> None:
    users.sign_out(ALICE.user_id, NOW_SECONDS)

    if revoked:
        with pytest.raises(Unauthenticated):
            strict.put_once(message(0), issued_at=issued_at)
    else:
        strict.put_once(message(0), issued_at=issued_at)


def test_a_sign_out_gives_nobody_a_new_burst(strict: Sends, users: Users) -> None:
    for number in range(3):
        strict.put_once(message(number), issued_at=NOW_SECONDS + 1)
    users.sign_out(ALICE.user_id, NOW_SECONDS)

    with pytest.raises(RateLimited):
        strict.put_once(message(3), issued_at=NOW_SECONDS + 1)
