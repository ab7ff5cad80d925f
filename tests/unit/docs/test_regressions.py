"""Every test and history that the page of what once went wrong names is there, by that name."""

import re

import pytest

from infra.repository import ROOT

PAGE = (ROOT / "docs/regressions.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/.]+\.(?:py|ts))::([^`]+)`", PAGE)))
HISTORIES = [
    history
    for row in PAGE.split("| Known history |", maxsplit=1)[1].split("\n\n", maxsplit=1)[0].splitlines()
    if row.startswith("| ")
    for history in row.split("|")[2].strip().split("; ")
]


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    folder = ROOT / ("tests/e2e" if file.endswith(".py") else "frontend/src")
    source = (folder / file).read_text(encoding="utf-8")
    declared = f"def {name}(" if file.endswith(".py") else name
    assert declared in source


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_that_is_named_is_known(history: str) -> None:
    known = (ROOT / "frontend/src/testing/simulation/knownHistories.ts").read_text(encoding="utf-8")
    assert f'"{history}":' in known or history == "at the end of every history"
