"""Network namespaces of one's own, as machines that a swarm is spread over, with delay and loss between them.

Needs root and `ip`; delay and loss need the kernel's `netem`. Nothing leaves the namespaces.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

HUB_ADDRESS = "10.77.0.1"  # of the hub, from everywhere in the lab


class NotPermitted(Exception):
    """This user may make no namespaces."""


@dataclass(frozen=True)
class Lab:
    """A hub and machines beside it; `is_delayed` tells whether the kernel could delay what goes between."""

    hub: list[str]
    machines: list[list[str]]
    is_delayed: bool


@contextmanager
def lab(machines: int, *, delay_ms: int, loss_percent: float) -> Iterator[Lab]:
    """Make the namespaces; what runs in one is prefixed with its command.

    Raises:
        NotPermitted: see there.
    """
    prefix = f"swarm{os.getpid()}"
    with ExitStack() as stack:
        hub = _namespace(stack, f"{prefix}hub")
        _run(*hub, "ip", "address", "add", f"{HUB_ADDRESS}/32", "dev", "lo")
        found, delayed = [], True
        for number in range(1, machines + 1):
            name = f"{prefix}m{number}"
            machine = _namespace(stack, name)
            ours, theirs = f"h{number}", f"w{number}"
            _run(
                "ip",
                "-n",
                f"{prefix}hub",
                "link",
                "add",
                ours,
                "type",
                "veth",
                "peer",
                "name",
                theirs,
                "netns",
                name,
            )
            _run(*hub, "ip", "address", "add", f"10.77.{number}.1/30", "dev", ours)
            _run(*hub, "ip", "link", "set", ours, "up")
            _run(*machine, "ip", "address", "add", f"10.77.{number}.2/30", "dev", theirs)
            _run(*machine, "ip", "link", "set", theirs, "up")
            _run(*machine, "ip", "route", "add", f"{HUB_ADDRESS}/32", "via", f"10.77.{number}.1")
            netem = ("netem", "delay", f"{delay_ms}ms", "loss", f"{loss_percent}%")
            delayed &= _works(*machine, "tc", "qdisc", "add", "dev", theirs, "root", *netem)
            found.append(machine)
        yield Lab(hub, found, delayed)


def _namespace(stack: ExitStack, name: str) -> list[str]:
    if not _works("ip", "netns", "add", name):
        raise NotPermitted("network namespaces need root and the `ip` command")
    stack.callback(_works, "ip", "netns", "delete", name)
    inside = ["ip", "netns", "exec", name]
    _run(*inside, "ip", "link", "set", "lo", "up")
    return inside


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
