"""Setting for how long a room keeps its log: by owners alone, told to members, and listed."""

from typing import TYPE_CHECKING

import pytest

from shared.stores.retentions import Retention, Retentions
from tests.unit.rooms.conftest import ALEX, MARA, OLGA, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def retentions(dynamodb: "DynamoDBClient") -> Retentions:
    return Retentions(dynamodb, "rooms")


def test_an_owner_sets_and_ends_it_and_members_are_told(
    ask: Ask, private: str, retentions: Retentions
) -> None:
    room = ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=30)

    assert room["retentionDays"] == 30
    assert ask(ALEX, "myRooms")["memberships"][0]["room"]["retentionDays"] == 30
    assert retentions.all() == [Retention(private, 30)]
    assert retentions.days_of(private) == 30
    assert "retentionDays" not in ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=0)
    assert retentions.all() == []


def test_a_moderator_changes_the_title_and_leaves_it_as_it_is(
    ask: Ask, private: str, retentions: Retentions
) -> None:
    ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=30)

    assert ask(MARA, "updateRoom", roomId=private, title="Trips")["retentionDays"] == 30
    assert ask(MARA, "updateRoom", roomId=private, title="Trips", retentionDays=1) == "FORBIDDEN"
    assert retentions.all() == [Retention(private, 30)]


@pytest.mark.parametrize("days", [-1, 3_651, "30", 1.5, True])
def test_what_is_no_number_of_days_is_refused(days: object, ask: Ask, private: str) -> None:
    assert ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=days) == "INVALID_FRAME"


def test_a_walk_that_was_noted_does_not_outlast_a_new_setting(
    ask: Ask, private: str, retentions: Retentions
) -> None:
    ask(OLGA, "updateRoom", roomId=private, title="Plans", retentionDays=30)
    retentions.walked(private, 1_763_856_000_000)

    ask(OLGA, "updateRoom", roomId=private, title="Trips")
    assert retentions.all() == [Retention(private, 30, 1_763_856_000_000)]
    ask(OLGA, "updateRoom", roomId=private, title="Trips", retentionDays=7)
    assert retentions.all() == [Retention(private, 7)]
