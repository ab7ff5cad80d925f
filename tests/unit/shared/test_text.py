import re
import sys
from unicodedata import category

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.text import legible, may_enter

ANYTHING = st.text(st.characters())  # surrogates included


def taken_by_sqs() -> list[range]:
    """The code points that SQS documents for a body, from botocore's model of SendMessage."""
    documentation = Session().get_service_model("sqs").operation_model("SendMessage").documentation
    sentence = re.search(r"(#x9.*?#x10FFFF)", documentation, re.DOTALL)
    assert sentence
    plain = re.sub(r"</?code>", "", sentence[1])
    bounds = re.findall(r"#x([0-9A-F]+)(?: to #x([0-9A-F]+))?", plain)
    return [range(int(first, 16), int(last or first, 16) + 1) for first, last in bounds]


def test_a_character_may_enter_exactly_if_sqs_takes_it() -> None:
    ranges = taken_by_sqs()
    assert len(ranges) == 6

    taken = {code for each in ranges for code in each}

    assert {code for code in range(sys.maxunicode + 1) if may_enter(chr(code))} == taken


@given(ANYTHING)
def test_what_may_enter_is_well_formed(text: str) -> None:
    if may_enter(text):
        assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Alice", "Alice"),
        ("  Alice \n von  X ", "Alice von X"),
        ("Bob\u200b", "Bob"),
        ("\u202eboB", "boB"),
        ("\u2066\u200f\ufeff", ""),
        ("\x1b[31mred", "[31mred"),
        ("\ud800\ufffe", ""),
        (" \u3000\u00a0", ""),
        ("Zoë 张伟 😀", "Zoë 张伟 😀"),
        ("\u3164\u2800\u115f", ""),
        ("Bo\uffa0b", "Bob"),
        ("x" * 200, "x" * 128),
    ],
)
def test_a_name_keeps_what_one_can_see(name: str, shown: str) -> None:
    assert legible(name, 128) == shown


@given(ANYTHING, st.integers(min_value=1, max_value=20))
def test_a_name_shown_may_enter_is_short_and_stays_as_it_is(name: str, limit: int) -> None:
    shown = legible(name, limit)

    assert may_enter(shown)
    assert len(shown) <= limit
    assert not any(category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for each in shown)
    assert legible(shown, limit) == shown == shown.strip()
