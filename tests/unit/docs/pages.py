"""The Markdown pages of the repository, as what they mention."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from infra.repository import ROOT

MARKDOWN = MarkdownIt("commonmark").enable("table")


@cache
def tracked() -> frozenset[str]:
    """All files of the repository, and the folders they lie in; new files count before they are committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    files = [PurePosixPath(name) for name in listed if (ROOT / name).exists()]
    return frozenset(map(str, files)) | {str(folder) for file in files for folder in file.parents}


PAGES = sorted(name for name in tracked() if name.endswith(".md"))


def links(page: str) -> list[str]:
    """Where the links and pictures of a page lead to."""
    targets = (token.attrGet("href") or token.attrGet("src") for token in _inline(page))
    return [str(target) for target in targets if target]


def code(page: str) -> list[str]:
    """What stands in backticks or in a block of code."""
    blocks = [token.content for token in _blocks(page) if token.type in {"fence", "code_block"}]
    return [token.content for token in _inline(page) if token.type == "code_inline"] + blocks


@cache
def anchors(page: str) -> frozenset[str]:
    """Return the names that GitHub gives the headings of a page."""
    slugs: list[str] = []
    for opening, inline in pairwise(_blocks(page)):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            slugs.append(re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-"))
    again = [f"{slug}-{count}" for slug in set(slugs) for count in range(1, slugs.count(slug))]
    return frozenset(slugs + again)


def _inline(page: str) -> Iterator[Token]:
    for block in _blocks(page):
        yield from block.children or ()


@cache
def _blocks(page: str) -> list[Token]:
    return MARKDOWN.parse((ROOT / page).read_text(encoding="utf-8"))
