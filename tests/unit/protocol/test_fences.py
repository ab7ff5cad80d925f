"""Fences of code are those that the front end's expression finds, and are found in no time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.fences import without_fences

# frontend/src/conversation/mentions.ts, the first of its three.
BY_EXPRESSION = re.compile(
    r"(?<![^\n]) {0,3}(`{3,}(?=[^`\n]*\n)|~{3,}(?!~))[^\n]*\n(?:[^\n]*\n)*? {0,3}\1[`~]*[ \t]*(?![^\n])"
)
LINES = st.lists(st.text("`~~ a\t", max_size=8) | st.sampled_from(["```", "~~~", "~~~~", "````", "```a"]))


@given(LINES)
def test_they_are_what_the_expression_of_the_page_finds(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert without_fences(text) == BY_EXPRESSION.sub(" ", text)


@pytest.mark.parametrize("line", ["~~~a", "```a", "~~~~~~a", "~~~", "~~~\n~~~~", "~" * 90, "~" * 1_300 + "a"])
def test_four_thousand_characters_are_read_in_some_milliseconds(line: str) -> None:
    text = f"{line}\n" * (4_000 // (len(line) + 1))

    def taken() -> float:
        began = time.process_time()
        without_fences(text)
        return time.process_time() - began

    assert min(taken() for _ in range(3)) < 0.02
