import pytest
import typer

from chatctl.duration import in_words, parse_duration


@pytest.mark.parametrize(
    ("text", "milliseconds"), [("90s", 90_000), ("15m", 900_000), ("2h", 7_200_000), ("3d", 259_200_000)]
)
def test_durations_are_read_in_four_units(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "15", "m", "-1h", "1.5h", "1w", "1h30m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(-5, "0 s"), (59_000, "59 s"), (60_000, "1 m"), (7_200_000, "2 h"), (172_800_000, "2 d")],
)
def test_ages_are_told_in_the_largest_unit(milliseconds: int, words: str) -> None:
    assert in_words(milliseconds) == words
