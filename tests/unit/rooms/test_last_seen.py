"""When people were here last is told if they want it, to everybody whom they do not block."""

from typing import TYPE_CHECKING, Any

import pytest

from shared.auth.identity import Identity
from shared.stores.last_seen import LastSeen
from tests.bench.units import calls_of, read_units
from tests.unit.rooms.conftest import ALEX, MARA, NOW, SAM, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MINUTE = NOW - NOW % 60_000


@pytest.fixture
def last_seen(dynamodb: "DynamoDBClient") -> LastSeen:
    return LastSeen(dynamodb, "users")


def told(ask: Ask, to: Identity, about: Identity = SAM) -> dict[str, Any]:
    (profile,) = ask(to, "getProfiles", userIds=[about.user_id])["profiles"]
    return {field: value for field, value in profile.items() if field in {"lastSeenAt", "showLastSeen"}}


def test_nothing_is_told_of_who_did_not_ask_for_it(ask: Ask, last_seen: LastSeen) -> None:
    ask(SAM, "setProfile", status="here")
    last_seen.note(SAM.user_id, NOW)

    assert told(ask, ALEX) == {}
    assert told(ask, SAM) == {"showLastSeen": False}


def test_who_asks_for_it_is_told_of_and_the_choice_is_theirs_to_see(ask: Ask, last_seen: LastSeen) -> None:
    assert ask(SAM, "setProfile", showLastSeen=True)["showLastSeen"] is True
    assert told(ask, ALEX) == {}  # nobody knows yet
    last_seen.note(SAM.user_id, NOW)

    assert told(ask, ALEX) == {"lastSeenAt": MINUTE}
    assert told(ask, SAM) == {"lastSeenAt": MINUTE, "showLastSeen": True}
    assert ask(SAM, "setProfile", status="out")["showLastSeen"] is True
    assert told(ask, ALEX) == {"lastSeenAt": MINUTE}


def test_who_takes_it_back_is_told_of_no_more_and_what_was_told_does_not_come_back(
    ask: Ask, last_seen: LastSeen
) -> None:
    ask(SAM, "setProfile", showLastSeen=True)
    last_seen.note(SAM.user_id, NOW)

    shown = ask(SAM, "setProfile", showLastSeen=False)

    assert (shown["showLastSeen"], "lastSeenAt" in shown) == (False, False)
    assert told(ask, ALEX) == {}
    ask(SAM, "setProfile", showLastSeen=True)
    assert told(ask, ALEX) == {}


def test_it_is_taken_back_whatever_the_device_last_knew(ask: Ask, dynamodb: "DynamoDBClient") -> None:
    """Profiles are read eventually consistently: what is chosen is written, whatever was read."""
    ask(SAM, "setProfile", showLastSeen=False)
    with calls_of(dynamodb) as calls:
        ask(SAM, "setProfile", showLastSeen=False)

    assert "TransactWriteItems" in [name for name, *_ in calls]


def test_whom_one_blocks_is_not_told_until_that_is_taken_back(ask: Ask, last_seen: LastSeen) -> None:
    ask(SAM, "setProfile", showLastSeen=True)
    last_seen.note(SAM.user_id, NOW)

    ask(SAM, "blockUser", userId=ALEX.user_id)
    ask(MARA, "blockUser", userId=SAM.user_id)

    assert told(ask, ALEX) == {}
    assert told(ask, MARA) == {"lastSeenAt": MINUTE}
    ask(SAM, "unblockUser", userId=ALEX.user_id)
    assert told(ask, ALEX) == {"lastSeenAt": MINUTE}


def test_whether_one_is_blocked_is_looked_up_for_those_alone_who_want_it_told(
    ask: Ask, last_seen: LastSeen, dynamodb: "DynamoDBClient"
) -> None:
    everybody = [user.user_id for user in (SAM, ALEX, MARA)]
    for user in (SAM, ALEX, MARA):
        ask(user, "setProfile", status="here")
    with calls_of(dynamodb) as calls:
        ask(MARA, "getProfiles", userIds=everybody)
    before = read_units(calls)
    for user in (SAM, MARA):
        ask(user, "setProfile", showLastSeen=True)
        last_seen.note(user.user_id, NOW)

    with calls_of(dynamodb) as calls:
        ask(MARA, "getProfiles", userIds=everybody)

    assert read_units(calls) - before == 1  # Sam's block of Mara, read consistently


def test_choosing_it_costs_no_handle(ask: Ask) -> None:
    for each in range(10):
        assert ask(SAM, "setProfile", showLastSeen=each % 2 == 0)["handle"] == "sam"

    assert ask(SAM, "setProfile", handle="sam-the-last")["handle"] == "sam-the-last"


def test_of_a_deleted_account_nothing_is_told_or_kept(
    ask: Ask, last_seen: LastSeen, dynamodb: "DynamoDBClient"
) -> None:
    ask(SAM, "setProfile", showLastSeen=True)
    last_seen.note(SAM.user_id, NOW)

    ask(SAM, "deleteAccount", handle="sam")
    last_seen.note(SAM.user_id, NOW + 60_000)

    rows = [row for row in dynamodb.scan(TableName="users")["Items"] if row["userId"]["S"] == SAM.user_id]
    assert not [row for row in rows if {"lastSeenAt", "showLastSeen"} & row.keys()]


@pytest.mark.parametrize("choice", ["yes", 1, "true", [], {}])
def test_a_choice_is_yes_or_no(ask: Ask, choice: Any) -> None:
    assert ask(SAM, "setProfile", showLastSeen=choice) == "INVALID_FRAME"
