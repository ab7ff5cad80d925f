"""What an image runs finds there the code that it imports."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.repository import ROOT

MODULES = {
    "infra/containers/backend.Dockerfile": (
        "infra.local.emulator.server",
        "infra.containers.provision",
        "infra.containers.schedules",
        "infra.edge.server",
    ),
    "tests/load/swarm.Dockerfile": ("tests.load.__main__", "tests.load.master", "tests.load.suite"),
}
IMAGES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/*/*.Dockerfile"))
ALONE = """
import importlib, sys
folder, repository, *modules = sys.argv[1:]
sys.path[:] = [folder, *(path for path in sys.path if path not in ("", repository))]
for module in modules:
    importlib.import_module(module)
"""


@pytest.mark.parametrize(("dockerfile", "modules"), MODULES.items())
def test_what_runs_in_an_image_is_copied_into_it(
    dockerfile: str, modules: tuple[str, ...], tmp_path: Path
) -> None:
    text = (ROOT / dockerfile).read_text(encoding="utf-8")
    for folder in re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE):
        (tmp_path / folder).symlink_to(ROOT / folder)

    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path), str(ROOT), *modules],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("dockerfile", IMAGES)
def test_what_is_copied_into_an_image_is_sent_to_its_build(dockerfile: str) -> None:
    own = ROOT / f"{dockerfile}.dockerignore"
    ignored = (own if own.exists() else ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copies = re.findall(
        r"^COPY (?:--\S+ )*(.+) \S+$", (ROOT / dockerfile).read_text(encoding="utf-8"), re.MULTILINE
    )

    assert copies
    for source in " ".join(copies).split():
        assert any(source == kept or source.startswith(f"{kept}/") for kept in _sent(ignored)), source


def _sent(ignored: list[str]) -> list[str]:
    return [line.removeprefix("!") for line in ignored if line.startswith("!")]
