"""The glossary names code that exists, and identifiers use its terms and nothing else for the same thing."""

import ast
import re
import subprocess
from functools import cache

import pytest

from infra.repository import ROOT

pytestmark = pytest.mark.xdist_group("glossary")  # all code is read once

GLOSSARY = ROOT / "docs/glossary.md"
ROW = re.compile(
    r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<code>[^`]+)` \|[^|]*\|(?P<no>[^|]*)\|$", re.MULTILINE
)
ROWS = [match.groupdict() for match in ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))]
BANNED = [(row["term"], name) for row in ROWS for name in re.findall(r"`(\w+)`", row["no"])]


@cache
def identifiers() -> dict[str, set[str]]:
    """All names that Python and TypeScript code defines, and the files that define them."""
    found: dict[str, set[str]] = {}
    files = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in _defined(file, text):
            found.setdefault(name, set()).add(file)
    return found


def _defined(file: str, text: str) -> set[str]:
    if file.endswith(".ts"):
        return set(re.findall(r"\b(?:const|let|function|class|interface|type|enum)\s+(\w+)", text))
    return {
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def test_every_row_is_read() -> None:
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    heads = [line for line in rows if line.startswith(("| Term", "| ---"))]

    assert len(ROWS) == len(rows) - len(heads)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["term"])
def test_a_term_lives_where_the_glossary_says(row: dict[str, str]) -> None:
    assert (ROOT / row["code"]).is_file()


def test_no_term_is_there_twice() -> None:
    terms = [row["term"] for row in ROWS]

    assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize(("term", "name"), BANNED)
def test_nothing_is_named_otherwise(term: str, name: str) -> None:
    assert not identifiers().get(name, set()), f"the word is {term!r}"
