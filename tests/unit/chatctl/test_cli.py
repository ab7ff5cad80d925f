"""The command line imports what a command needs, and its help says what the commands' own help says."""

import inspect
import subprocess
import sys

import pytest
import typer

from chatctl.cli import COMMANDS, load

HEAVY = ("boto3", "botocore", "rich", "pydantic", "yaml", "asyncio")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_the_first_line_of_its_own_help(name: str) -> None:
    target = load(name)

    own = target.info.help if isinstance(target, typer.Typer) else inspect.getdoc(target)

    assert str(own).partition("\n")[0] == COMMANDS[name].summary


def test_the_help_imports_nothing_that_a_command_needs() -> None:
    program = f"""
import sys
from chatctl.cli import main
sys.argv = ["chatctl", "--help"]
try:
    main()
except SystemExit:
    print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)
"""

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stderr.strip() == "[]"
    assert all(name in ran.stdout for name in COMMANDS)


def test_a_command_that_does_not_exist_ends_with_exit_code_2() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "chatctl", "stauts"], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 2
    assert "stauts" in ran.stderr
