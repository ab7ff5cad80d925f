"""A clone works wherever its user put it."""

import re
import shlex
import subprocess

import pytest

from infra.repository import ROOT

FOLDER = "/home/zoe/my projects/chat"
TARGETS = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_takes_a_folder_with_a_space_for_two_words(target: str) -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", target, f"CURDIR={FOLDER}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    words = [word for word in shlex.split(plan, comments=True) if "/home/zoe/my" in word]

    assert all(FOLDER in word for word in words), words
