"""Who deletes their account has no rights, profile or connections, and nobody ever gets their handle."""

from typing import TYPE_CHECKING, Any

import pytest

from services.rooms.leaving import Leaving
from shared.auth.identity import Identity
from shared.protocol.refusals import HandleTaken, RateLimited, Unauthenticated
from shared.rate import Bucket
from shared.stores.connections import Connections
from shared.stores.erasures import Erasure, Erasures
from shared.stores.profiles import KEPT_SECONDS, Profile, Profiles
from shared.stores.users import Users
from tests.unit.examples import NOW_SECONDS, connection
from tests.unit.rooms.conftest import ALEX, ASKING, NOW, OLGA, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture(autouse=True)
def named(profiles: Profiles) -> Profile:
    """Olga's profile."""
    profile = Profile(OLGA.user_id, "olga", "Olga", "here")
    profiles.put(profile, None, NOW_SECONDS)
    return profile


def test_connections_are_closed_at_once_the_asking_one_with_its_answer(
    ask: Ask, connections: Connections, closed: list[str], told: list[tuple[str, Any]]
) -> None:
    for number in range(2):
        connections.put(connection(f"c{number}", identity=OLGA))
    connections.put(connection(ASKING, identity=OLGA))
    connections.put(connection("alex", identity=ALEX))

    assert ask(OLGA, "deleteAccount", handle="olga") == "ack"

    assert sorted(closed[:2]) == ["c0", "c1"]
    assert closed[2:] == [ASKING]
    assert told == [(ASKING, {"type": "ack"})]


def test_the_asking_page_has_its_reply_before_another_one_is_closed(
    dynamodb: "DynamoDBClient", connections: Connections
) -> None:
    happened: list[str] = []
    connections.put(connection("elsewhere", identity=OLGA))
    connections.put(connection(ASKING, identity=OLGA))
    leaving = Leaving(
        Erasures(dynamodb, "users"),
        connections,
        lambda to, _frame: happened.append(f"told {to}"),
        lambda which: happened.append(f"closed {which}"),
        lambda _seconds: None,
    )

    leaving.say_goodbye(OLGA, ASKING, {"type": "ack"})

    assert happened == [f"told {ASKING}", "closed elsewhere", f"closed {ASKING}"]


def test_rights_and_profile_go_at_once_and_an_unban_brings_them_not_back(
    ask: Ask, dynamodb: "DynamoDBClient", profiles: Profiles
) -> None:
    ask(OLGA, "deleteAccount", handle="Olga")

    assert profiles.find_all([OLGA.user_id]) == []
    later = Identity(OLGA.user_id, "Olga", issued_at=NOW_SECONDS + 60)
    users = Users(dynamodb, "users")
    users.unban(OLGA.user_id)
    for refused in (
        lambda: users.check(later, NOW),
        lambda: users.spend(later, "moves", Bucket(1, 1), NOW),
        lambda: users.spend(Identity(OLGA.user_id, "Olga"), "moves", Bucket(1, 1), NOW),
    ):
        with pytest.raises(Unauthenticated, match="deleted"):
            refused()
    assert Erasures(dynamodb, "users").pending(10) == [Erasure(OLGA.user_id, NOW)]


@pytest.mark.parametrize("typed", ["olg\u0430", "alex", "", "olga2"])
def test_nothing_is_deleted_where_another_handle_was_typed(
    typed: str, ask: Ask, profiles: Profiles, named: Profile, closed: list[str]
) -> None:
    assert ask(OLGA, "deleteAccount", handle=typed) == "INVALID_FRAME"

    assert profiles.find_all([OLGA.user_id]) == [named]
    assert closed == []


def test_the_handle_is_nobodys_for_good_and_leads_to_nobody(ask: Ask, profiles: Profiles) -> None:
    ask(OLGA, "deleteAccount", handle="olga")

    years_later = NOW_SECONDS + 100 * KEPT_SECONDS
    with pytest.raises(HandleTaken):
        profiles.put(Profile(ALEX.user_id, "0lga", "Olga"), None, years_later)
    with pytest.raises(RateLimited):
        profiles.put(Profile(OLGA.user_id, "olga.2", "Olga"), None, years_later)
    assert ask(ALEX, "getProfiles", handles=["olga"]) == {"profiles": []}


def test_a_deletion_that_is_repeated_changes_nothing(dynamodb: "DynamoDBClient") -> None:
    erasures = Erasures(dynamodb, "users")
    erasures.begin(OLGA.user_id, "olga", NOW)
    erasures.finish(OLGA.user_id)

    erasures.begin(OLGA.user_id, None, NOW + 1)

    assert erasures.pending(10) == []


def test_the_longest_deleted_comes_first_and_nobody_elses_row_is_taken_for_one(
    dynamodb: "DynamoDBClient",
) -> None:
    erasures = Erasures(dynamodb, "users")
    Users(dynamodb, "users").ban("deleted accounts")  # in mock mode somebody may be called that
    erasures.begin("a", None, NOW + 1)
    erasures.begin("b", None, NOW)
    erasures.advance(Erasure("b", NOW, "1763856000000#m"))

    assert erasures.pending(10) == [Erasure("b", NOW, "1763856000000#m"), Erasure("a", NOW + 1)]
