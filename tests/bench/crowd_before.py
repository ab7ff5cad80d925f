"""The fan-out of an earlier commit in the scene of `crowd`."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.repository import ROOT
from tests.bench.crowd_scene import Seen
from tests.bench.posts.requirements import Missing

COMMIT = "705c362"


def before() -> Seen:
    """Play the scene with the code of COMMIT, in a process of its own.

    Raises:
        Missing: the clone has no history.
    """
    archive = subprocess.run(
        ["git", "archive", COMMIT, "services", "shared"], cwd=ROOT, capture_output=True, check=False
    )
    if archive.returncode != 0:
        raise Missing(f"{COMMIT} is not in this clone: git fetch --unshallow")
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as source:
            source.extractall(folder, filter="data")
        program = Path(__file__).with_name("crowd_before_world.py")
        played = subprocess.run(
            [sys.executable, "-P", str(program)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([folder, str(ROOT)])},
            stdout=subprocess.PIPE,
            check=True,
        )
    return Seen(**json.loads(played.stdout))
