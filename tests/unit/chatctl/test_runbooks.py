"""Every alarm has its page, and the pages name only what exists."""

import re
from pathlib import Path

import pytest
import typer

from chatctl.cli import cli
from infra.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs/operations/runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
SECTIONS = ["What users notice", "First command", "Decide", "Mend", "Verify", "Rehearse"]
COMMAND = re.compile(r"(?:`| {4})chatctl ([a-z][^`\n]*)")


def test_every_alarm_has_its_page_and_no_other_page_is_there(topology: Topology) -> None:
    assert sorted(page.stem for page in PAGES) == sorted([*topology.alarms, *topology.composite_alarms])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_leads_from_notice_to_rehearsal(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text.startswith(f"# {page.stem}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_commands_and_options_that_exist(page: Path) -> None:
    for line in COMMAND.findall(page.read_text(encoding="utf-8")):
        command = typer.main.get_command(cli(line.split()))
        for word in line.split():
            commands = getattr(command, "commands", {})
            if word in commands:
                command = commands[word]
        known = {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert not getattr(command, "commands", None), f"chatctl {line}: no such command"
        assert set(re.findall(r"--[a-z-]+", line)) <= known, f"chatctl {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_tests_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for path in re.findall(r"tests/[\w/]+\.py", text):
        assert (ROOT / path).is_file()
    for path, chosen in re.findall(r"pytest (\S+) -k (\w+)", text):
        assert chosen in (ROOT / path).read_text(encoding="utf-8")
