"""Wrong input to the command line is one line and exit code 2."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["run", "nonsense"], "no scenario nonsense"),
        (["run", "smoke", "--scale", "0"], "--scale"),
        (["run", "smoke", "--target", "wss://other.example.com/dev"], "not listed"),
        (["run", "smoke", "--stack", "none.json"], "no stack is running"),
        (["compare", "none.json", "none.json"], "cannot be read"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(arguments: list[str], fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert fault in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
