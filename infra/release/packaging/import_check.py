"""Imports handlers from a package alone, as a fresh Lambda environment does."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.errors import CommandError
from infra.release.packaging.distributions import runtime_distributions
from infra.release.packaging.targets import host_target

PROGRAM = """
import importlib, json, sys, time
sys.path[:0] = sys.argv[2:]
begin = time.process_time()
module = importlib.import_module(sys.argv[1])
seconds = time.process_time() - begin
if not callable(module.handler):
    sys.exit("handler is not callable")
print(json.dumps(seconds))
"""


@dataclass(frozen=True)
class FreshEnvironment:
    """An unpacked package, and a folder with what Lambda's runtime brings."""

    task: Path
    runtime: Path

    def import_seconds(self, handler_module: str, variables: Mapping[str, str]) -> float:
        """CPU seconds of importing a handler where there is nothing but the package and Lambda's boto3.

        A start waits for nothing else, and CPU time says the same on a busy machine.

        Raises:
            CommandError: the import fails; the message ends with the reason.
        """
        isolated = [sys.executable, "-I", "-S", "-B", "-c", PROGRAM]
        result = subprocess.run(
            [*isolated, handler_module, str(self.task), str(self.runtime)],
            env={**variables, "LAMBDA_TASK_ROOT": str(self.task)},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            reason = (result.stderr.strip().splitlines() or ["no message"])[-1]
            raise CommandError(f"{handler_module} cannot be imported from its package: {reason}")
        return float(json.loads(result.stdout.splitlines()[-1]))


@contextmanager
def fresh_environment(package: bytes) -> Iterator[FreshEnvironment]:
    """Lay a package (a zip) out as Lambda does before the first call."""
    with TemporaryDirectory(prefix="chatctl-import-") as folder:
        environment = FreshEnvironment(Path(folder, "task"), Path(folder, "runtime"))
        with zipfile.ZipFile(io.BytesIO(package)) as source:
            source.extractall(environment.task)
        environment.runtime.mkdir()
        for distribution in runtime_distributions(host_target().markers):
            link_distribution(distribution, environment.runtime)
        yield environment


def link_distribution(distribution: str, folder: Path) -> None:
    """Put links to what is installed of a distribution into a folder."""
    for file in files(distribution) or ():
        link = folder / file.parts[0]
        if file.parts[0] not in {"..", "__pycache__"} and not link.exists():
            link.symlink_to(Path(str(file.locate())).parents[len(file.parts) - 1] / file.parts[0])
