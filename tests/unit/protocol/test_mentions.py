"""Whom a text mentions: by the table that the front end reads, too, and whatever is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.handles import canonical, handle_of
from shared.protocol.mentions import MENTION_LIMIT, Mentions, mentions_in

TABLE = Path("docs/protocol/mentions.json")
CASES: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))["cases"]
PIECES = ["@", "@bob", "@here", "a", ".", "-", "`", "```", "~~~", "\n", " ", "https://", "/", "\\", "\u200b"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_table_that_client_and_server_share(case: dict[str, Any]) -> None:
    assert mentions_in(case["content"]) == Mentions(tuple(case["handles"]), case["here"])


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text())).map("".join))
def test_what_is_found_is_bounded_different_and_as_it_is_kept(content: str) -> None:
    handles = mentions_in(content).handles

    assert len(handles) == len(set(handles)) <= MENTION_LIMIT
    assert all(canonical(each) == each for each in handles)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N"], include_characters="._-"), max_size=40))
def test_whoever_can_be_called_so_can_be_mentioned(text: str) -> None:
    try:
        handle = handle_of(text)
    except ValueError:
        return

    assert mentions_in(f"so, @{text}, that is it.").handles == (handle,)
    assert mentions_in(f"@{handle}.").handles == (handle,)
