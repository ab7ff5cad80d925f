"""What is noted is found in its minute, until it is forgotten."""

from typing import TYPE_CHECKING

import pytest

from shared.stores.expiries import Expiries, Expiry
from tests.unit.examples import NOW_SECONDS
from tests.unit.many_rows import store_copies

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MINUTE = NOW_SECONDS // 60 * 60


@pytest.fixture
def expiries(dynamodb: "DynamoDBClient") -> Expiries:
    return Expiries(dynamodb, "expiries")


def test_the_minutes_of_both_ends_are_within(expiries: Expiries) -> None:
    noted = [Expiry(MINUTE + seconds, f"c{seconds}=") for seconds in (-1, 0, 59, 60, 119, 120)]
    for each in noted:
        expiries.note(each)

    assert sorted(expiries.within(MINUTE + 30, MINUTE + 60), key=lambda each: each.ends_at) == noted[1:5]


def test_what_is_forgotten_is_found_no_more_and_may_be_forgotten_twice(
    expiries: Expiries,
) -> None:
    first, second = Expiry(MINUTE, "c1="), Expiry(MINUTE, "c2=")
    for each in (first, second):
        expiries.note(each)

    for _ in range(2):
        expiries.forget(first)

    assert list(expiries.within(MINUTE, MINUTE)) == [second]


def test_a_page_is_no_end(expiries: Expiries, dynamodb: "DynamoDBClient") -> None:
    noted = [Expiry(MINUTE, f"{number:04}" + "c" * 1_000) for number in range(1_500)]  # above 1 MB
    expiries.note(noted[0])
    store_copies(dynamodb, "expiries", "connectionId", [each.connection_id for each in noted[1:]])

    assert set(expiries.within(MINUTE, MINUTE)) == set(noted)
