"""What the posts bench needs beside the Python packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")
APT_PACKAGES = {"gcc": "gcc", "wrk": "wrk", "taskset": "util-linux"}
OPENSSL_HEADER = Path("/usr/include/openssl/ssl.h")
CORES = 2


class Missing(Exception):
    """What has to be installed or given first."""


def require() -> None:
    """Install the Node packages; check that all the rest is there.

    Raises:
        Missing: names what to install.
    """
    if len(os.sched_getaffinity(0)) < CORES:
        raise Missing("the posts bench needs two cores, one for the client and one for the far end")
    absent = [package for program, package in APT_PACKAGES.items() if not shutil.which(program)]
    if not OPENSSL_HEADER.exists():
        absent.append("libssl-dev")
    if absent:
        raise Missing(f"the posts bench needs: apt-get install {' '.join(absent)}")
    if not (HERE / "node_modules").exists():
        environment = {**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"}
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True, env=environment, stdout=sys.stderr)
