"""What counts as a word, whoever writes it and however."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.search.words import WORD_LIMIT_CHARACTERS, WORDS_LIMIT, words_of

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, hello WORLD!", ["hello", "world"]),
        ("Straße STRASSE", ["strasse"]),
        ("\uff26\uff35\uff2c\uff2c \ufb01ne", ["full", "fine"]),
        ("naïve nai\u0308ve", ["naïve"]),  # composed or not
        ("Привет, мир", ["привет", "мир"]),
        ("हिन्दी", ["हिन्दी"]),  # vowel signs are marks, and part of the word
        ("snake_case a#b", ["snake", "case", "a", "b"]),
        ("Schiff\u00adfahrt", ["schifffahrt"]),  # a soft hyphen is not seen
        ("你好吗", ["你好", "好吗", "吗"]),
        ("猫cat", ["猫", "cat"]),
        ("🎉🎉 ❤\ufe0f 👩\u200d🚀", ["🎉", "❤", "👩", "🚀"]),
        ("#️ ··· -- \u202e", []),
        ("", []),
    ],
)
def test_words_are_what_a_reader_sees_as_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(ANY_TEXT)
@example("\uff03 \ufe5f ℀ ½ İ ŉ")
def test_whatever_is_written_a_word_is_short_folded_and_holds_no_separator(text: str) -> None:
    words = words_of(text)

    assert len(words) == len(set(words)) <= WORDS_LIMIT
    for word in words:
        assert 0 < len(word) <= WORD_LIMIT_CHARACTERS
        assert "#" not in word
        assert not word.isspace()


@given(ANY_TEXT)
def test_case_and_form_make_no_other_words(text: str) -> None:
    assert words_of(text.casefold()) == words_of(text)


def test_of_a_flood_of_words_the_first_count() -> None:
    assert words_of(" ".join(f"w{number}" for number in range(1_000))) == [f"w{n}" for n in range(64)]
    assert words_of("x" * 4_000) == ["x" * 32]
