"""The walk-throughs name at most four files for each change, and all of them exist."""

import re

import pytest

from infra.repository import ROOT

TEXT = (ROOT / "docs/walkthroughs.md").read_text(encoding="utf-8")
CHANGES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
STEP = re.compile(r"^(\d)\. (.*)$", re.MULTILINE)
FILE = re.compile(r"`([\w-]+/[\w./-]+\.\w+)`")


def test_five_changes_are_told() -> None:
    assert list(CHANGES) == [
        "A new frame",
        "A new metric with an alarm",
        "A new queue",
        "A new operator command",
        "A new page element",
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_touches_at_most_four_files_each_named(change: str) -> None:
    steps = STEP.findall(CHANGES[change])

    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert 1 <= len(steps) <= 4
    assert all(FILE.search(step) for _, step in steps)


@pytest.mark.parametrize("change", CHANGES)
def test_every_file_that_is_named_exists(change: str) -> None:
    assert [name for name in FILE.findall(CHANGES[change]) if not (ROOT / name).is_file()] == []
