"""Builds the package of one service: its code, its wheels, compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.errors import CommandError
from infra.release.packaging.archive import archive
from infra.release.packaging.distributions import (
    declared_dependencies,
    locked_requirements,
    needed_distributions,
)
from infra.release.packaging.sources import service_sources, third_party_modules
from infra.release.packaging.targets import FOLDER_ON_LAMBDA, Target

LOCK = Path("requirements", "dev.txt")
# What a function never reads: type stubs, C sources, launchers, tests, and uv's notes on this machine.
USELESS_SUFFIXES = {".pyi", ".pxd", ".pyx", ".c", ".h"}
USELESS_FOLDERS = {"tests", "test", "bin", "__pycache__"}
USELESS_FILES = {".lock", "RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "py.typed"}


def build_package(root: Path, service: str, target: Target) -> bytes:
    """Return the zip of a service: the same bytes from the same sources, lock file and Python.

    Raises:
        CommandError: a distribution is not declared, not locked, or has no wheel for the target.
    """
    with TemporaryDirectory(prefix="chatctl-package-") as folder:
        stage = Path(folder, "stage")
        sources = service_sources(root, service)
        distributions = needed_distributions(
            third_party_modules(root, sources), declared_dependencies(root / "pyproject.toml"), target.markers
        )
        _install(locked_requirements(root / LOCK, distributions, target.markers), target, stage)
        for path in sources:
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / path, stage / path)
        files = [path for path in stage.rglob("*") if path.is_file() and _is_useful(path.relative_to(stage))]
        _compile([path for path in files if path.suffix == ".py"], target, stage)
        return archive({path.relative_to(stage).as_posix(): path for path in (*files, *stage.rglob("*.pyc"))})


def _install(requirements: str, target: Target, stage: Path) -> None:
    file = stage.with_name("requirements.txt")
    file.write_text(requirements, encoding="utf-8")
    command = [
        sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable,
        "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--target", str(stage), *target.wheel_options, "--requirements", str(file),
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise CommandError(f"uv cannot install for {target.name}: {_last_line(result.stderr)}")


def _compile(files: list[Path], target: Target, stage: Path) -> None:
    if target.python is None:
        return
    command = [
        str(target.python), "-I", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash",
        "-s", str(stage), "-p", FOLDER_ON_LAMBDA, "-i", "-",
    ]  # fmt: skip
    result = subprocess.run(
        command,
        input="\n".join(str(file) for file in sorted(files)),
        # Sets are compiled in the order of their hashes.
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise CommandError(f"{target.python} cannot compile: {_last_line(result.stdout + result.stderr)}")


def _is_useful(path: Path) -> bool:
    return (
        path.suffix not in USELESS_SUFFIXES
        and path.name not in USELESS_FILES
        and not USELESS_FOLDERS & set(path.parts[:-1])
    )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1]
