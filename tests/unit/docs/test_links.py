"""What the pages mention is there: pages, headings, files, folders, make targets. Nothing is fetched."""

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from posixpath import normpath

import pytest

from infra.repository import ROOT
from tests.unit.docs.pages import PAGES, anchors, code, links, tracked

MADE_WHILE_RUNNING = (
    ".local/",
    ".venv/",
    "build/",
    "frontend/dist",
    "frontend/node_modules",
    "infra/terraform/.terraform.lock.hcl",
    "infra/terraform/bootstrap/terraform.tfstate",
    "test-results",
)
PAST = {"docs/adr/0012-walls.md": {"infra/chatctl"}}  # what a decision did away with
# Pages that become part of others.
FRAGMENTS = {"tests/load/versus/about.md": "docs/benchmarks/swarm-vs-reference.md"}
PICTURES = {name for name in tracked() if name.startswith("docs/") and name.endswith((".png", ".svg"))}
TOP_LEVEL = {name for name in tracked() if "/" not in name and name != "."}
SOURCE = re.compile(r"([\w-]+/)*[\w.-]+\.(py|ts|vue|tf|sh|ya?ml|hcl|tfvars|Dockerfile)")
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def broken_links(page: str) -> list[str]:
    return [link for link in links(page) if not _leads_somewhere(page, link)]


def _leads_somewhere(page: str, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = _target(page, path)
    return target in tracked() and (not anchor or anchor in anchors(target))


def _target(page: str, path: str) -> str:
    return normpath(PurePosixPath(FRAGMENTS.get(page, page)).parent / path) if path else page


def missing_paths(page: str) -> list[str]:
    words = (word.strip("(),;:'\"") for piece in code(page) for word in piece.split())
    return [word for word in words if word not in PAST.get(page, ()) and not _exists(word)]


def _exists(word: str) -> bool:
    path = re.sub(r"(::.*|:\d+|#.*)$", "", word).rstrip("/")
    if path.startswith(MADE_WHILE_RUNNING):
        return True
    if path.split("/")[0] in TOP_LEVEL and re.fullmatch(r"[\w./*{},-]+", path):
        return _some_match(path)
    if SOURCE.fullmatch(path):
        return any(f"/{name}".endswith(f"/{path}") for name in tracked())
    return True


def _some_match(pattern: str) -> bool:
    if braces := re.search(r"\{([^}]*)\}", pattern):
        head, tail = pattern[: braces.start()], pattern[braces.end() :]
        return all(_some_match(head + part + tail) for part in braces.group(1).split(","))
    return any(fnmatchcase(name, pattern) for name in tracked())


def missing_targets(page: str) -> list[str]:
    named = {name for piece in code(page) for name in re.findall(r"^make ([a-z0-9-]+)", piece, re.MULTILINE)}
    return sorted(named - TARGETS)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_path_of_the_repository_is_there(page: str) -> None:
    assert missing_paths(page) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_is_there(page: str) -> None:
    assert missing_targets(page) == []


def test_every_page_is_in_the_index() -> None:
    """Runbooks are held to the alarms instead, by tests/unit/chatctl/test_runbooks.py."""
    listed = {_target("docs/README.md", link.partition("#")[0]) for link in links("docs/README.md")}
    benches = {_target("docs/benchmarks/README.md", link) for link in links("docs/benchmarks/README.md")}
    runbooks = {page for page in PAGES if page.startswith("docs/operations/runbooks/")}

    pages = {page for page in PAGES if page.startswith("docs/")} - {"docs/README.md"} - runbooks
    assert pages <= listed | benches


def test_every_picture_is_shown() -> None:
    assert {_target(page, link) for page in PAGES for link in links(page)} >= PICTURES
