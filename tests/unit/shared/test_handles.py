"""No two handles look alike, whatever they are made of, and none hides or turns what stands beside it."""

from unicodedata import category

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.protocol.confusable_table import looks_like
from shared.protocol.handles import (
    HANDLE_LIMITS_CHARACTERS,
    canonical,
    default_handles,
    handle_of,
    may_stand_in_a_handle,
    skeleton,
)

HANDLES = st.text(
    st.characters(categories=["L", "Mn", "N"], include_characters="._-"), min_size=2, max_size=20
)
DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "twin",
    [
        *("Bob", "BOB", "b0b", "\uff22\uff2f\uff22", "\U0001d41b\U0001d428\U0001d41b"),  # full width, bold
        *("b\u043eb", "b\u03bfb", "b\u0585b", "b\u0d20b"),  # Cyrillic, Greek, Armenian, Malayalam
    ],
)
def test_what_looks_like_bob_is_bob(twin: str) -> None:
    assert skeleton(twin) == skeleton("bob")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("modem", "rnodern"), ("alice", "a1ice"), ("ali.ce", "ali\u2024ce")],
        ("paypal", "\u0440\u0430\u0443\u0440\u0430l"),
    ],
)
def test_what_is_made_of_other_letters_and_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize("other", ["bobby", "bo-b", "bo.b", "rob", "bop", "böb"])
def test_what_looks_different_is_different(other: str) -> None:
    assert skeleton(other) != skeleton("bob")


@given(st.text(max_size=40))
def test_a_skeleton_is_its_own(text: str) -> None:
    assert (
        skeleton(skeleton(text))
        == skeleton(text)
        == skeleton(canonical(text))
        == skeleton(text.upper().lower())
    )


def test_every_character_of_the_table_has_a_skeleton_and_shares_it_with_what_it_looks_like() -> None:
    table = looks_like()

    assert len(table) > 1_500
    assert [code for code, looks in table.items() if skeleton(chr(code)) != skeleton(looks)] == []


@given(HANDLES)
@example("ab")
def test_a_handle_that_is_taken_is_seen_as_written_and_taken_again(text: str) -> None:
    try:
        handle = handle_of(text)
    except ValueError:
        assume(False)
    least, most = HANDLE_LIMITS_CHARACTERS

    assert handle == handle_of(handle) == canonical(handle)
    assert least <= len(handle) <= most
    assert all(category(each)[0] in "LMN" or each in "._-" for each in handle)


@pytest.mark.parametrize(
    "refused",
    [
        *("", "a", "x" * 33, "  ", "bob smith", "bob\n", "bob\x00", "bob\u200b", "\u202ebob", "bob\u2066"),
        *(
            "\ufeffbob",
            "b\u00adob",
            "bob\u3164",
            "\u2800\u2800",
            "bob\ufe0f",
            "bob\U000e0041",
            ".bob",
            "_bob",
        ),
        *("-bob", "bob@example", "bob#1", "bob/../", "<b>bob", "\U0001f600\U0001f600", "e" + "\u0301" * 4),
        *("Admin", "\u0430dmin", "system", "every0ne"),
    ],
)
def test_what_hides_or_turns_or_pretends_is_no_handle(refused: str) -> None:
    with pytest.raises(ValueError, match="handle"):
        handle_of(refused)


@given(st.text(max_size=60))
@example("")
@example("Анна Каренина")
@example("\u202e\u200b")
@example("admin")
def test_everybody_can_be_given_a_handle(username: str) -> None:
    given_handles = default_handles(username, DIGEST)

    assert given_handles[-1] == f"user-{DIGEST[:24]}"
    assert [handle_of(each) for each in given_handles] == given_handles
    assert all(may_stand_in_a_handle(each) for handle in given_handles for each in handle)


@pytest.mark.parametrize(
    ("username", "first"), [("Bob", "bob"), ("Bob  Smith", "bob-smith"), ("Jürgen", "jürgen")]
)
def test_the_first_handle_is_the_name_as_far_as_it_can_be(username: str, first: str) -> None:
    assert default_handles(username, DIGEST)[0] == first
