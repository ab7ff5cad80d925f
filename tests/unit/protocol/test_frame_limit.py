"""No frame to a client is longer than API Gateway takes in one piece."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.emoji import EMOJI_LIMIT_CHARACTERS
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES, FrameSettings
from shared.protocol.frames import CONTENT_LIMIT_CHARACTERS
from shared.protocol.parts import parts
from shared.protocol.replies import encode, message_history, new_message
from shared.settings import ConfigurationError, load
from shared.stores.changes import EMOJI_LIMIT, REACTION_LIMIT
from shared.stores.entries import NAME_LIMIT_BYTES, entry_of, item_of, reaction_item, reactor_item
from tests.unit.examples import message

API_GATEWAY_FRAME_BYTES = 32 * 1024
LONG_NAME = "\U0001f468" * 128  # as long as a nickname may be


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1))
def test_the_longest_message_fits_into_a_frame_whatever_it_is_made_of(character: str) -> None:
    longest = message(1).model_copy(update={"content": character * CONTENT_LIMIT_CHARACTERS})

    assert len(encode(new_message(longest))) < FRAME_LIMIT_BYTES


def test_a_message_with_as_many_reactions_as_it_takes_fits_into_a_frame() -> None:
    people = [f"{number:036}" for number in range(REACTION_LIMIT)]
    emojis = [
        f"\U0001f468{chr(0x1F300 + number) * (EMOJI_LIMIT_CHARACTERS - 1)}" for number in range(EMOJI_LIMIT)
    ]
    row = item_of(
        message(1).model_copy(
            update={"content": "\U0001f468" * CONTENT_LIMIT_CHARACTERS, "username": LONG_NAME}
        )
    )
    row["reactions"] = frozenset(
        reaction_item(emojis[number % EMOJI_LIMIT], user) for number, user in enumerate(people)
    )
    row["reactors"] = frozenset(reactor_item(user, LONG_NAME) for user in people)

    assert len(encode(new_message(entry_of(row)))) < FRAME_LIMIT_BYTES


def test_a_row_of_before_whose_names_are_whole_is_shown_with_short_ones() -> None:
    row = item_of(message(1)) | {
        "reactions": frozenset({reaction_item("\u2764", "b0b")}),
        "reactors": frozenset({f"b0b {LONG_NAME}"}),
    }

    (reaction,) = entry_of(row).reactions or ()
    assert LONG_NAME.startswith(reaction.users[0].username)
    assert len(reaction.users[0].username.encode()) <= NAME_LIMIT_BYTES


@given(st.lists(st.text(max_size=4_000), max_size=40))
def test_parts_are_the_rows_in_their_order_and_each_fits_into_a_frame(texts: list[str]) -> None:
    rows = [{"text": text} for text in texts]

    found = list(parts(rows))

    assert [row for part in found for row in part] == rows
    assert all(len(encode({"rows": part})) <= FRAME_LIMIT_BYTES + len('{"rows":[]}') for part in found)


def test_the_envelope_of_a_full_page_has_room_in_the_same_frame() -> None:
    envelope = {
        **message_history([], reader=""),
        "requestId": "r" * 128,
        "roomId": "r" * 64,
        "nextCursor": "9" * 64,
    }

    assert FRAME_LIMIT_BYTES + len(encode(envelope)) <= API_GATEWAY_FRAME_BYTES


def test_the_limit_can_be_raised_but_not_beyond_a_message_of_api_gateway() -> None:
    assert _limit({"FRAME_LIMIT_BYTES": "98304"}) == 96 * 1024
    with pytest.raises(ConfigurationError, match="FRAME_LIMIT_BYTES"):
        _limit({"FRAME_LIMIT_BYTES": "131072"})


def _limit(environ: Mapping[str, Any]) -> int:
    return load(FrameSettings, environ).frame_limit_bytes
