"""No message holds up those that come after it, and no failure of a store loses one."""

from collections.abc import Sequence

import pytest

from services.search.following import follow
from services.search.revisions import Revision
from shared.protocol.refusals import NotStorable, Unavailable
from tests.unit.examples import message

RECORDS = [Revision(None, message(number)) for number in range(3)] + [Revision(message(1), message(1))]
POISON = message(1)


def test_each_step_gets_all_revisions_in_their_order() -> None:
    first: list[Revision] = []
    second: list[Revision] = []

    follow(RECORDS, [first.extend, second.extend], lambda *_: pytest.fail("nothing fails"))

    assert first == second == RECORDS


@pytest.mark.parametrize("failure", [KeyError, NotStorable("against the store's rules")])
def test_a_message_that_a_step_fails_on_is_told_and_the_others_are_taken(failure: Exception) -> None:
    taken: list[Revision] = []
    after: list[Revision] = []
    told: list[tuple[str, str]] = []

    def step(revisions: Sequence[Revision]) -> None:
        if any(each.new == POISON for each in revisions):
            raise failure
        taken.extend(revisions)

    follow(RECORDS, [step, after.extend], lambda key, _failure: told.append(key))

    assert taken == [RECORDS[0], RECORDS[2]]
    assert told == [(POISON.room_id, POISON.sort_key)]
    assert after == RECORDS


@pytest.mark.parametrize("is_alone", [False, True])
def test_a_store_that_fails_has_all_repeated(is_alone: bool) -> None:
    def step(revisions: Sequence[Revision]) -> None:
        if is_alone and len(revisions) > 1:
            raise KeyError
        raise Unavailable("broke")

    with pytest.raises(Unavailable):
        follow(RECORDS, [step], lambda *_: pytest.fail("no message's fault"))
