"""Handles are taken by one at a time, whatever they look like; names may repeat, and hide nothing."""

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from shared.auth.identity import Identity
from shared.naming import ensured
from shared.protocol.handles import skeleton
from shared.protocol.refusals import HandleTaken, RateLimited
from shared.stores.profiles import KEPT_SECONDS, Profile, Profiles
from tests.unit.rooms.conftest import ALEX, MARA, NOW, SAM, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOW_SECONDS = NOW // 1000


def handles(dynamodb: "DynamoDBClient") -> dict[str, str]:
    items = dynamodb.scan(TableName="users")["Items"]
    return {item["userId"]["S"]: item["owner"]["S"] for item in items if item["item"]["S"] == "handle"}


def test_everybody_has_a_handle_of_their_name_and_no_two_the_same(profiles: Profiles) -> None:
    bobs = [Identity(f"b0b-{number}", name) for number, name in enumerate(("Bob", "bob", "B\u043eb", "Bob!"))]

    made = [ensured(bob, profiles=profiles, now_seconds=NOW_SECONDS) for bob in bobs]

    assert made[0] == Profile("b0b-0", "bob", "Bob")
    assert len({each.handle for each in made}) == len(bobs)
    assert [ensured(bob, profiles=profiles, now_seconds=NOW_SECONDS) for bob in bobs] == made


def test_a_profile_is_changed_in_parts_and_told_to_whoever_asks(ask: Ask) -> None:
    whole = {"userId": SAM.user_id, "handle": "sam.1", "displayName": "Sam S.", "status": "out"}
    own = {**whole, "showLastSeen": False}

    assert ask(SAM, "setProfile", handle="Sam.1") == {**own, "displayName": "Sam", "status": ""}
    assert ask(SAM, "setProfile", displayName="Sam  S.") == {**own, "status": ""}
    assert ask(SAM, "setProfile", status=" out ") == own
    assert ask(SAM, "setProfile") == own
    assert ask(ALEX, "getProfiles", userIds=[SAM.user_id, "nobody"]) == {"profiles": [whole]}
    assert ask(ALEX, "getProfiles", handles=["S\u0430m.1", "nobody"]) == {"profiles": [whole]}
    assert ask(ALEX, "getProfiles") == {"profiles": []}


@pytest.mark.parametrize("wanted", ["sam", "SAM", "s\u0430m", "\uff33am"])
def test_what_looks_like_somebody_s_handle_is_taken(
    wanted: str, ask: Ask, dynamodb: "DynamoDBClient"
) -> None:
    ask(SAM, "setProfile", handle="sam")

    assert ask(ALEX, "setProfile", handle=wanted) == "HANDLE_TAKEN"
    assert ask(ALEX, "getProfiles", userIds=[ALEX.user_id])["profiles"][0]["handle"] == "alex"
    assert set(handles(dynamodb).values()) == {SAM.user_id, ALEX.user_id}


def test_a_handle_may_be_written_otherwise_by_its_owner(ask: Ask, dynamodb: "DynamoDBClient") -> None:
    ask(SAM, "setProfile", handle="modem")

    assert ask(SAM, "setProfile", handle="rnodem")["handle"] == "rnodem"
    assert len(handles(dynamodb)) == 2  # that of the beginning is kept for Sam


def test_a_handle_that_was_given_up_is_kept_for_its_owner_for_a_while(ask: Ask) -> None:
    later = NOW + (KEPT_SECONDS + 1) * 1000
    ask(SAM, "setProfile", handle="first")
    ask(SAM, "setProfile", handle="second")

    assert ask(ALEX, "setProfile", handle="first") == "HANDLE_TAKEN"
    assert ask(ALEX, "getProfiles", handles=["first"]) == {"profiles": []}
    assert ask(SAM, "setProfile", handle="first")["handle"] == "first"
    assert ask(MARA, "setProfile", handle="second", now=later)["handle"] == "second"
    assert ask(ALEX, "getProfiles", handles=["second"])["profiles"][0]["userId"] == MARA.user_id


def test_a_handle_that_looks_otherwise_by_a_newer_table_can_still_be_changed(
    ask: Ask, dynamodb: "DynamoDBClient"
) -> None:
    ask(SAM, "setProfile", handle="first")
    row = {"userId": {"S": f"handle {skeleton('first')}"}, "item": {"S": "handle"}}
    dynamodb.delete_item(TableName="users", Key=row)  # it is kept under what it looked like

    assert ask(SAM, "setProfile", handle="second")["handle"] == "second"
    assert handles(dynamodb)[f"handle {skeleton('second')}"] == SAM.user_id


def test_of_two_changes_at_once_one_is_refused_and_none_is_half_done(profiles: Profiles) -> None:
    sam = ensured(SAM, profiles=profiles, now_seconds=NOW_SECONDS)
    profiles.put(Profile(SAM.user_id, "one", "Sam"), sam, NOW_SECONDS)

    with pytest.raises(RateLimited):
        profiles.put(Profile(SAM.user_id, "other", "Sam"), sam, NOW_SECONDS)

    assert profiles.find_all([SAM.user_id])[0].handle == "one"
    assert profiles.owner_of("other") is None


@pytest.mark.parametrize("order", list(permutations(["display_name", "status", "shows_last_seen"])))
def test_of_changes_at_once_to_different_parts_none_undoes_another(
    profiles: Profiles, order: tuple[str, ...]
) -> None:
    """Devices that have read the same profile write a part of it each."""
    before = ensured(SAM, profiles=profiles, now_seconds=NOW_SECONDS)
    changes: dict[str, Any] = {"display_name": "Sammy", "status": "away", "shows_last_seen": True}

    for part in order:
        choice = True if part == "shows_last_seen" else None
        profiles.put(replace(before, **{part: changes[part]}), before, NOW_SECONDS, show_last_seen=choice)

    assert profiles.find_all([SAM.user_id]) == [replace(before, **changes)]


def test_who_has_a_profile_is_not_given_another(profiles: Profiles) -> None:
    ensured(SAM, profiles=profiles, now_seconds=NOW_SECONDS)

    with pytest.raises((RateLimited, HandleTaken)):
        profiles.put(Profile(SAM.user_id, "other", "Sam"), None, NOW_SECONDS)


@pytest.mark.parametrize(
    "data",
    [
        *({"handle": handle} for handle in ("", "a", "\u202ebob", "admin", "two words", "x" * 33)),
        *(
            {"displayName": name}
            for name in ("", "  ", "\u200b", "\u3164", "a\u202eb", "a\x00", "a\nb", "x" * 65)
        ),
        *({"status": status} for status in ("\u2066", "a\x1b[2J", "x" * 101)),
        *({"displayName": 7}, {"handle": ["a"]}),
    ],
)
def test_names_that_hide_or_turn_or_show_nothing_are_refused(data: dict[str, Any], ask: Ask) -> None:
    assert ask(SAM, "setProfile", **data) == "INVALID_FRAME"


def test_many_profiles_are_found_at_once(profiles: Profiles) -> None:
    users = [Identity(f"user-{number}", f"User {number}") for number in range(120)]
    for user in users:
        ensured(user, profiles=profiles, now_seconds=NOW_SECONDS)

    assert {each.user_id for each in profiles.find_all([user.user_id for user in users] * 2)} == {
        user.user_id for user in users
    }


def test_nobody_hoards_handles_and_one_that_is_taken_costs_nothing(ask: Ask) -> None:
    ask(ALEX, "setProfile", handle="wanted")
    for _ in range(10):
        assert ask(SAM, "setProfile", handle="wanted") == "HANDLE_TAKEN"

    took = [ask(SAM, "setProfile", handle=f"sam-the-{each}") for each in "abcdef"]

    assert [each["handle"] for each in took[:5]] == [f"sam-the-{each}" for each in "abcde"]
    assert took[5] == "RATE_LIMITED"
    assert ask(SAM, "setProfile", handle="sam-the-e", status="in")["status"] == "in"  # as it is
    assert ask(SAM, "setProfile", handle="sam-the-f", now=NOW + 1_000)["handle"] == "sam-the-f"
