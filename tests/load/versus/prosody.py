"""A self-hosted peer for the comparison: Prosody, one process on loopback, configured for it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_ports

PROGRAM = "prosody"
CONFIGURATION = Path(__file__).with_name("prosody.cfg.lua")
DOMAIN = "localhost"
ROOMS_DOMAIN = f"rooms.{DOMAIN}"
START_PATIENCE_SECONDS = 20.0
STOP_PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.05


def is_installed() -> bool:
    """Return whether this machine has Prosody (Debian: `apt-get install prosody`)."""
    return shutil.which(PROGRAM) is not None


def room_address(name: str) -> str:
    """Return the JID of the room of that name."""
    return f"{name}@{ROOMS_DOMAIN}"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running peer: its WebSocket address and its process."""

    address: str
    pid: int


@contextmanager
def running_prosody(folder: Path) -> Iterator[Peer]:
    """Prosody with its data in `folder`, which stops with the block.

    Raises:
        PeerDidNotStart: see there.
    """
    (port,) = free_ports(1)
    (folder / "data").mkdir()
    variables = {**os.environ, "PEER_FOLDER": str(folder), "PEER_PORT": str(port)}
    with (folder / "prosody.log").open("w") as log:
        process = subprocess.Popen(
            [PROGRAM, "-F", "--config", str(CONFIGURATION)], stdout=log, stderr=log, env=variables
        )
        try:
            _wait_until_listening(process, port, folder / "prosody.log")
            yield Peer(f"ws://127.0.0.1:{port}/xmpp-websocket", process.pid)
        finally:
            process.terminate()
            try:
                process.wait(STOP_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class PeerDidNotStart(Exception):
    """Prosody ended, or does not listen; the message has the end of its log."""


def _wait_until_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise PeerDidNotStart(" ".join(log.read_text(errors="replace").split())[-500:])
