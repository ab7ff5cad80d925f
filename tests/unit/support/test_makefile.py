"""A clone works wherever its user put it."""

import re
import shlex
import subprocess

import pytest

from infra.repository import ROOT

FOLDER = "/home/zoe/my projects/chat"
TARGETS = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def _words_with_the_folder(target: str) -> list[str]:
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", target, f"CURDIR={FOLDER}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [word for word in shlex.split(plan, comments=True) if "/home/zoe/my" in word]


@pytest.mark.parametrize("target", TARGETS)
def test_no_target_takes_a_folder_with_a_space_for_two_words(target: str) -> None:
    words = _words_with_the_folder(target)

    assert all(FOLDER in word for word in words), words


def test_targets_that_name_the_folder_are_among_them() -> None:
    assert all(map(_words_with_the_folder, ["test-repositories", "validate-terraform"]))
