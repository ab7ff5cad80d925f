"""No frame to a client is longer than API Gateway takes in one piece."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.frame_limit import FRAME_LIMIT_BYTES, FrameSettings
from shared.protocol.replies import encode, message_history, new_message
from shared.settings import ConfigurationError, load
from tests.unit.examples import message

API_GATEWAY_FRAME_BYTES = 32 * 1024
CONTENT_LIMIT = 4_000  # characters: shared/protocol/frames.py


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1))
def test_the_longest_message_fits_into_a_frame_whatever_it_is_made_of(character: str) -> None:
    longest = message(1).model_copy(update={"content": character * CONTENT_LIMIT})

    assert len(encode(new_message(longest))) < FRAME_LIMIT_BYTES


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
