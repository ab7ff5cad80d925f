"""The commands of `chatctl` that pages name are there, with their options. Runbooks: test_runbooks.py."""

import re

import pytest
import typer

from chatctl.cli import cli
from tests.unit.docs.pages import PAGES, code

COMMAND = re.compile(r"(?:^|bin/)chatctl ([a-z].*)", re.MULTILINE)
PRESENT = [page for page in PAGES if page != "CHANGELOG.md" and "/adr/" not in page]


@pytest.mark.parametrize("page", PRESENT)
def test_every_command_and_option_of_chatctl_is_there(page: str) -> None:
    lines = [line for piece in code(page) for line in COMMAND.findall(piece)]

    assert [line for line in lines if not _is_there(line.split(" #")[0])] == []


def _is_there(line: str) -> bool:
    command = typer.main.get_command(cli(line.split()))
    for word in line.split():
        commands = getattr(command, "commands", None)
        if not commands or not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        if word not in commands:
            return False
        command = commands[word]
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return set(re.findall(r"--[a-z-]+", line)) <= known
