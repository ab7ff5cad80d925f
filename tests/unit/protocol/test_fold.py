"""The fold: by the table that the front end reads, too, and as the rows of the store have it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.protocol.message import Change, Message
from shared.protocol.refusals import Refusal
from shared.stores.changes import update_of
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.support.fold import fold
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, BOB, change_of, message

CASES: list[dict[str, Any]] = json.loads(Path("docs/protocol/fold.json").read_text(encoding="utf-8"))["cases"]
EMOJI = ["\U0001f44d", "\u2764\ufe0f", "\u3297"]


def change_in(told: dict[str, Any]) -> Change:
    return Change.model_validate({"messageId": told["sortKey"][14:], "content": "", **told})


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_table_that_client_and_server_share(case: dict[str, Any]) -> None:
    before = Message.model_validate(case["message"])

    assert fold(before, map(change_in, case["changes"])) == Message.model_validate(case["then"])


TEXTS = st.fixed_dictionaries({"content": st.sampled_from(["Hi", "Hello"])})
REACTIONS = st.fixed_dictionaries({"emoji": st.sampled_from(EMOJI), "on": st.booleans()})
PINS = st.fixed_dictionaries({"on": st.booleans()})
DONE: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just("edit"), TEXTS, st.just(ALICE)),
    st.tuples(st.just("reaction"), REACTIONS, st.sampled_from([ALICE, BOB])),
    st.tuples(st.just("pin"), PINS, st.just(BOB)),
    st.tuples(st.just("deletion"), st.just({}), st.just(ALICE)),
)


@given(done=st.lists(DONE, max_size=12), order=st.randoms(use_true_random=False))
@settings(max_examples=of_fifty(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_row_of_the_store_is_the_fold_of_the_changes_that_it_took(
    sends: Sends, messages: Messages, done: list[Any], order: Any
) -> None:
    said = message(0, room=f"room-{abs(hash(str(done)))}")
    sends.put_once(said)
    taken: list[Change] = []
    for number, (kind, fields, author) in enumerate(done, start=1):
        made = change_of(said, kind, number=number, by=author, **fields)
        update = update_of(made, "messages", author=ALICE.user_id, edit_window_ms=60_000)
        try:
            sends.put_once(made, also=[update])
        except Refusal:
            assert any(each.kind == "deletion" for each in taken)
        else:
            taken.append(made)

    row = messages.find(said.room_id, said.sort_key)

    shuffled = taken * 2
    order.shuffle(shuffled)
    assert row is not None
    assert row.model_copy(update={"changed_at": None}) == fold(said, shuffled)
    assert row.changed_at == (taken[-1].created_at if taken else None)
