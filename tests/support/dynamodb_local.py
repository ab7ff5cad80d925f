"""DynamoDB Local, Amazon's own program, as a store for the tests.

It runs where DYNAMODB_LOCAL names the folder of `DynamoDBLocal.jar`, as in `make test-repositories`, and Java
is installed.
"""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = os.environ.get("DYNAMODB_LOCAL")
START_PATIENCE_SECONDS = 180  # of a machine that is very busy


@contextmanager
def dynamodb_local(folder: Path, port: int) -> Iterator[str]:
    """Its address while it runs. Each access key has a database of its own, in memory."""
    command = ["java", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory"]
    process = subprocess.Popen(
        [*command, "-port", str(port)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(START_PATIENCE_SECONDS)


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError as refusal:  # it refuses requests without a signature
            refusal.close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"DynamoDB Local did not start: exit code {process.poll()}")
