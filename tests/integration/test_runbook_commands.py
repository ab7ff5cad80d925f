"""What runbooks tell an operator to run, run on a stack; what would change dead letters is tried dry."""

import re
import shlex
from pathlib import Path

import pytest

from infra.local.stack_file import StackFile
from infra.repository import ROOT
from tests.support.chatctl import chatctl_on

COMMAND = re.compile(r"(?:`| {4})chatctl ((?:status|rooms|dlq|tail|reindex) ?[^`\n]*)")
MORE = {"redrive": "--dry-run", "drop": "--dry-run", "reindex": "--yes"}  # nobody is there to be asked


def _commands() -> list[str]:
    pages = (ROOT / "docs/operations/runbooks").glob("*.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    named = {line.replace(" --env prod", "").removesuffix(" --dry-run") for line in COMMAND.findall(text)}
    endless = {line for line in named if line.startswith("tail") and "--no-follow" not in line}
    return sorted(named - endless - {"reindex"})  # which is also the command's name in a sentence


@pytest.mark.nightly
@pytest.mark.parametrize("command", _commands())
def test_a_runbooks_command_ends_well(mock_stack: StackFile, tmp_path: Path, command: str) -> None:
    words = shlex.split(command)

    done = chatctl_on(mock_stack, tmp_path)(*words, *(MORE[word] for word in words if word in MORE))

    assert done.returncode == 0, done.stderr
