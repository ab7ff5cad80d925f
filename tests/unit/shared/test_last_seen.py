"""When people were here last is kept if they want it, in whatever order they choose, come, go and delete."""

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shared.protocol.refusals import RateLimited
from shared.stores.dynamodb import unmarshal
from shared.stores.erasures import Erasures
from shared.stores.last_seen import COARSENESS_MS, LastSeen
from shared.stores.profiles import Profile, Profiles
from shared.stores.users import status_key
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import NOW, NOW_SECONDS

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MINUTE = NOW - NOW % COARSENESS_MS
TIME = st.tuples(st.integers(0, 9), st.integers(0, COARSENESS_MS - 1))  # minutes, and milliseconds of one


def row(client: "DynamoDBClient", user_id: str) -> dict[str, Any]:
    answer = client.get_item(TableName="users", Key=status_key(user_id), ConsistentRead=True)
    return unmarshal(answer.get("Item", {}))


def test_it_is_kept_to_the_minute(dynamodb: "DynamoDBClient") -> None:
    profile = Profile("sam", "sam", "Sam")
    profiles = Profiles(dynamodb, "users")
    profiles.put(profile, None, NOW_SECONDS)
    profiles.put(profile, profile, NOW_SECONDS, show_last_seen=True)

    LastSeen(dynamodb, "users").note("sam", MINUTE + 59_999)

    assert profiles.find_all(["sam"]) == [replace(profile, shows_last_seen=True, last_seen_at=MINUTE)]


@pytest.mark.parametrize("minutes", [[0, 2, 1], [2, 0], [1, 1]])
def test_no_later_time_is_replaced_by_an_earlier_one(dynamodb: "DynamoDBClient", minutes: list[int]) -> None:
    profile = Profile("sam", "sam", "Sam")
    profiles = Profiles(dynamodb, "users")
    profiles.put(profile, None, NOW_SECONDS, show_last_seen=True)

    for minute in minutes:
        LastSeen(dynamodb, "users").note("sam", MINUTE + minute * COARSENESS_MS)

    assert row(dynamodb, "sam")["lastSeenAt"] == MINUTE + max(minutes) * COARSENESS_MS


def test_of_who_never_came_nothing_is_kept(dynamodb: "DynamoDBClient") -> None:
    LastSeen(dynamodb, "users").note("nobody", NOW)

    assert row(dynamodb, "nobody") == {}


class Coming(RuleBasedStateMachine):
    """One user, whose connections come and go, and whose devices change what they read before."""

    client: "DynamoDBClient"
    numbers = count()

    @initialize(wants=st.booleans())
    def begin(self, wants: bool) -> None:
        self.profiles = Profiles(self.client, "users")
        self.last_seen = LastSeen(self.client, "users")
        self.user_id = f"user-{next(self.numbers)}"
        self.profile = Profile(self.user_id, self.user_id, "Sam")
        self.profiles.put(self.profile, None, NOW_SECONDS, show_last_seen=wants)
        self.read: list[Profile] = []
        self.wants, self.is_deleted = wants, False
        self.seen: int | None = None

    @rule(times=st.lists(TIME, min_size=1, max_size=4))
    def come_or_go(self, times: list[tuple[int, int]]) -> None:
        """Connections come or go; functions whose clocks differ, or that take long, note it in any order."""
        for minute, ms in times:
            self.last_seen.note(self.user_id, MINUTE + minute * COARSENESS_MS + ms)
            if self.wants:
                self.seen = max(self.seen or 0, MINUTE + minute * COARSENESS_MS)

    @rule()
    def reads_the_profile(self) -> None:
        self.read += self.profiles.find_all([self.user_id])

    @rule(choice=st.sampled_from([True, False, None]), number=st.integers(0, 9))
    def changes_the_profile(self, choice: bool | None, number: int) -> None:
        before = self.read[number % len(self.read)] if self.read else self.profile
        changed = replace(before, status=str(number))
        try:
            self.profiles.put(changed, before, NOW_SECONDS, show_last_seen=choice)
        except RateLimited:
            assert self.is_deleted
            return
        self.wants = self.wants if choice is None else choice
        self.seen = self.seen if self.wants else None

    @rule(chance=st.integers(0, 4))
    def deletes_the_account(self, chance: int) -> None:
        if chance < 4:  # there is little to see after it
            return
        Erasures(self.client, "users").begin(self.user_id, None, NOW)
        self.is_deleted, self.wants, self.seen = True, False, None

    @invariant()
    def is_kept_of_whoever_wants_it_and_goes_forward(self) -> None:
        kept = row(self.client, self.user_id)
        assert ("showLastSeen" in kept) == self.wants
        assert kept.get("lastSeenAt") == self.seen


def test_in_whatever_order_nothing_is_kept_unasked_and_no_time_goes_back(dynamodb: "DynamoDBClient") -> None:
    class OnTheseTables(Coming):
        client = dynamodb

    tried = settings(max_examples=of_fifty(25), stateful_step_count=20, deadline=None)
    run_state_machine_as_test(OnTheseTables, settings=tried)


def test_a_device_that_changes_a_name_changes_no_choice_that_it_does_not_know_of(
    dynamodb: "DynamoDBClient",
) -> None:
    profiles = Profiles(dynamodb, "users")
    before = Profile("sam", "sam", "Sam")
    profiles.put(before, None, NOW_SECONDS)
    profiles.put(before, before, NOW_SECONDS, show_last_seen=True)

    profiles.put(replace(before, status="out"), before, NOW_SECONDS)

    assert profiles.find_all(["sam"]) == [replace(before, status="out", shows_last_seen=True)]
