"""Where a package is to run: AWS Lambda, or this machine's Python."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment

LAMBDA_PYTHON = (3, 13)
# Lambda's python3.13 runs on Amazon Linux 2023 with glibc 2.34; wheels are built for 2.28 and older.
WHEEL_PLATFORM = "aarch64-manylinux_2_28"
FOLDER_ON_LAMBDA = "/var/task"


@dataclass(frozen=True)
class Target:
    """`markers` decide requirements, `wheel_options` choose wheels, `python` compiles if there is one."""

    name: str
    markers: dict[str, str]
    wheel_options: tuple[str, ...]
    python: Path | None


def host_target() -> Target:
    """Return this interpreter on this machine."""
    markers = {name: str(value) for name, value in default_environment().items()}
    return Target("host", markers, (), Path(sys.executable))


def lambda_target() -> Target:
    """Lambda's Python on arm64."""
    version = ".".join(map(str, LAMBDA_PYTHON))
    markers = host_target().markers | {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "aarch64",
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
    }
    return Target(
        "lambda",
        markers,
        ("--python-platform", WHEEL_PLATFORM, "--python-version", version),
        next((python for python in _candidates(version) if _runs(python)), None),
    )


def _candidates(version: str) -> Iterator[Path]:
    if sys.version_info[:2] == LAMBDA_PYTHON:
        yield Path(sys.executable)
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    yield from sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))


def _runs(python: Path) -> bool:
    # A version manager's shim may be on the path without a Python behind it.
    program = f"import sys; sys.exit(sys.version_info[:2] != {LAMBDA_PYTHON})"
    return subprocess.run([python, "-c", program], capture_output=True, check=False).returncode == 0
