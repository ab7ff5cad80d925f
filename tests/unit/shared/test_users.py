"""What else is limited: one write decides whether a user may, and how often."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from shared.auth.identity import Identity
from shared.protocol.refusals import Banned, RateLimited, Unauthenticated
from shared.rate import Bucket
from shared.stores.users import FOR_GOOD, Users
from tests.unit.examples import NOW

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BUCKET = Bucket(burst=2, every_ms=1_000)
SECONDS = NOW // 1000
ALICE, BOB = (Identity(user_id, user_id, issued_at=SECONDS) for user_id in ("a11ce", "b0b"))


@pytest.fixture
def users(dynamodb: "DynamoDBClient") -> Users:
    return Users(dynamodb, "users")


def test_a_burst_goes_through_and_the_next_is_told_how_long_to_wait(users: Users) -> None:
    for _ in range(2):
        users.spend(ALICE, "typing", BUCKET, NOW)

    with pytest.raises(RateLimited) as refusal:
        users.spend(ALICE, "typing", BUCKET, NOW)
    assert refusal.value.retry_after_ms == 1_000

    users.spend(ALICE, "typing", BUCKET, NOW + 1_000)


def test_a_flood_is_refused_without_a_call(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        users.spend(ALICE, "typing", BUCKET, NOW)
    with pytest.raises(RateLimited):
        users.spend(ALICE, "typing", BUCKET, NOW)

    monkeypatch.setattr(users, "_client", None)
    with pytest.raises(RateLimited) as refusal:
        users.spend(ALICE, "typing", BUCKET, NOW + 999)
    assert refusal.value.retry_after_ms == 1


def test_neither_others_nor_other_things_are_held_back(users: Users) -> None:
    for _ in range(2):
        users.spend(ALICE, "typing", BUCKET, NOW)

    users.spend(BOB, "typing", BUCKET, NOW)
    users.spend(ALICE, "moves", BUCKET, NOW)


@pytest.mark.parametrize(("until", "wait"), [(NOW + 5_000, 5_000), (FOR_GOOD, None)])
def test_who_is_banned_may_nothing(users: Users, until: int, wait: int | None) -> None:
    users.ban("a11ce", until)

    with pytest.raises(Banned) as spent:
        users.spend(ALICE, "typing", BUCKET, NOW)
    with pytest.raises(Banned) as checked:
        users.check(ALICE, NOW)
    assert spent.value.retry_after_ms == checked.value.retry_after_ms == wait


def test_a_ban_ends(users: Users) -> None:
    users.ban("a11ce")
    users.unban("a11ce")

    users.spend(ALICE, "typing", BUCKET, NOW)
    users.check(ALICE, NOW)


def test_a_token_of_before_the_sign_out_is_none(users: Users) -> None:
    users.sign_out("a11ce", SECONDS)

    with pytest.raises(Unauthenticated):
        users.spend(ALICE, "typing", BUCKET, NOW)
    with pytest.raises(Unauthenticated):
        users.check(ALICE, NOW)
    users.check(Identity("a11ce", "Alice", issued_at=SECONDS + 1), NOW)


def test_two_at_once_spend_twice(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row changes between the refusal of the first write and the second one."""
    writes = users._client.update_item
    users.spend(ALICE, "typing", Bucket(5, 1_000), NOW)
    between = iter([None, lambda: users.spend(ALICE, "typing", Bucket(5, 1_000), NOW)])

    def update_item(**request: object) -> object:
        if (meanwhile := next(between, None)) is not None:
            meanwhile()
        return writes(**request)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(users._client, "update_item", update_item)
    users.spend(ALICE, "typing", Bucket(5, 1_000), NOW)
    monkeypatch.undo()

    for _ in range(2):
        users.spend(ALICE, "typing", Bucket(5, 1_000), NOW)
    with pytest.raises(RateLimited) as refusal:
        users.spend(ALICE, "typing", Bucket(5, 1_000), NOW)
    assert refusal.value.retry_after_ms == 1_000


def test_what_is_no_bans_business_is_not_called_one(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    def update_item(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "UpdateItem")

    monkeypatch.setattr(users._client, "update_item", update_item)

    with pytest.raises(RateLimited) as refusal:
        users.spend(ALICE, "typing", BUCKET, NOW)
    assert refusal.value.retry_after_ms is None
