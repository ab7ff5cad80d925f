"""The command line imports what a command needs, and its help says what the commands' own help says."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ProfileNotFound

from chatctl.cli import COMMANDS, load, main
from infra.errors import CommandError
from infra.local.stack_file import read_stack_file
from infra.topology.file import TopologyError
from shared.protocol.refusals import RateLimited, Unavailable

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


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (CommandError("there is none"), "there is none"),
        (NoCredentialsError(), "Unable to locate credentials"),
        (ProfileNotFound(profile="x"), "profile (x) could not be found"),
        (EndpointConnectionError(endpoint_url="https://x"), "Could not connect"),
        (
            ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "Scan"),
            "Rate exceeded",
        ),
        (RateLimited("the store is busy"), "the store is busy"),
        (Unavailable("the store is not there"), "the store is not there"),
        (FileNotFoundError(2, "No such file or directory", "x.md"), "x.md"),
        (TopologyError("topology.yaml:3: no"), "topology.yaml:3: no"),
    ],
)
def test_what_can_be_expected_to_go_wrong_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, line: str
) -> None:
    def fails(_arguments: object) -> None:
        raise error

    monkeypatch.setattr("chatctl.cli.cli", fails)

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert line in said


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"{", b"[]", b"\x00"])
def test_a_stack_file_that_is_none_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "stack.json"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=r"stack\.json is not a stack file: "):
        read_stack_file(path)


def test_ctrl_c_ends_a_command_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chatctl.commands.cost.load_topology", interrupted)
    monkeypatch.setattr(sys, "argv", ["chatctl", "cost"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 130
    assert "Traceback" not in capsys.readouterr().err
