"""What the pages call by a name of the code is called so there: functions, types, settings, fields."""

import re

import pytest

from infra.repository import ROOT
from tests.unit.docs.pages import PAGES, code, tracked

# Decisions and changes are told by the names of then; the glossary lists what nothing is called any more.
PRESENT = [page for page in PAGES if page not in ("CHANGELOG.md", "docs/glossary.md") and "/adr/" not in page]
OF_AWS = {"AccessDenied", "StartMessageMoveTask", "UserAuthentication"}
OTHER_SUFFIXES = {".md", ".png", ".woff2"}  # than those of code
NAME = re.compile(r"([a-z0-9]+([A-Z][a-z0-9]*)+|[A-Za-z]+(_[A-Za-z0-9]+)+|([A-Z][a-z0-9]+){2,})(\(\))?")


@pytest.fixture(scope="module")
def words() -> frozenset[str]:
    """All words of the repository's files, but for its pages."""
    found: set[str] = set()
    for name in tracked():
        path = ROOT / name
        if path.is_file() and path.suffix not in OTHER_SUFFIXES and path.name != "package-lock.json":
            found |= set(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="ignore")))
    return frozenset(found)


@pytest.mark.parametrize("page", PRESENT)
def test_every_name_of_the_code_is_there(page: str, words: frozenset[str]) -> None:
    named = {piece.removesuffix("()") for piece in code(page) if NAME.fullmatch(piece)}

    assert named - words - OF_AWS == set()
