"""Runs the clients in turn, pinned to one core, against the sink on the other, and compares medians.

Rates are per second of the client's CPU time: that is what a core gives, whatever else the machine does.
"""

import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.posts.certificate import write_certificate
from tests.bench.posts.requirements import NODE, require
from tests.bench.posts.workload import Workload

HERE = Path(__file__).parent
SINK_CORE, CLIENT_CORE = "0", "1"
ROUNDS = 5
DELAY_MS = 10
LIMIT_SECONDS = 2
CLIENT_TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Rival:
    """A client and how many posts keep it busy for about a second."""

    command: tuple[str, ...]
    arguments: tuple[str, ...]
    posts: int


def _python(module: str, posts: int) -> Rival:
    return Rival((sys.executable, "-m", f"tests.bench.posts.{module}"), (), posts)


def _node(at_once: int, posts: int) -> Rival:
    return Rival((str(NODE), str(HERE / "node_sdk.mjs")), (str(at_once),), posts)


AT_NO_DELAY: Mapping[str, Rival] = {
    "ours": _python("ours", 30_000),
    "boto3_threads": _python("boto3_threads", 1_500),
    "node_sdk": _node(500, 4_000),
    "node_sdk_all_at_once": _node(1_000_000, 4_000),
    "epoll_bound": _python("epoll_bound", 30_000),
}
AT_DELAY: Mapping[str, Rival] = {"ours": _python("ours", 15_000), "node_sdk": _node(500, 3_000)}


class WrongAnswers(Exception):
    """A client did not get the statuses the sink gave; its figure would be worth nothing."""


def run() -> dict[str, float]:
    """Measure and print the table; give the figures by name.

    Raises:
        Missing: a program the bench needs is not installed.
        WrongAnswers: a client lost posts.
    """
    require()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        certificate, key = write_certificate(folder)
        subprocess.run(
            ["gcc", "-O2", "-o", folder / "sink", HERE / "sink.c", "-lssl", "-lcrypto"], check=True
        )
        near = stack.enter_context(_sink(folder, certificate, key, 0))
        far = stack.enter_context(_sink(folder, certificate, key, DELAY_MS))
        samples: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            _progress(f"posts: round {number + 1} of {ROUNDS}")
            for name, rival in AT_NO_DELAY.items():
                rate = _rate(rival, near, certificate, connections=64)
                samples.setdefault(f"posts_per_second_per_core.{name}", []).append(rate)
            samples.setdefault("posts_per_second_per_core.limit", []).append(_limit(near, folder))
            for name, rival in AT_DELAY.items():
                rate = _rate(rival, far, certificate, connections=256)
                samples.setdefault(f"posts_per_cpu_second_{DELAY_MS}ms.{name}", []).append(rate)
    _print(samples)
    return {name: statistics.median(values) for name, values in samples.items()}


@contextmanager
def _sink(folder: Path, certificate: Path, key: Path, delay_ms: int) -> Iterator[str]:
    command = [
        "taskset",
        "-c",
        SINK_CORE,
        str(folder / "sink"),
        "0",
        str(certificate),
        str(key),
        str(delay_ms),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
        try:
            assert sink.stdout
            yield f"https://localhost:{int(sink.stdout.readline())}/prod"
        finally:
            sink.kill()


def _rate(rival: Rival, callback_url: str, certificate: Path, *, connections: int) -> float:
    workload = Workload.of(callback_url, str(certificate), connections=connections, posts=rival.posts)
    file = certificate.with_name("workload.json")
    workload.save(file)
    command = ["taskset", "-c", CLIENT_CORE, *rival.command, str(file), *rival.arguments]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=CLIENT_TIMEOUT_SECONDS
    )
    result = json.loads(done.stdout)
    if result["statuses"] != workload.expected_statuses:
        raise WrongAnswers(f"{command}: {result['statuses']} instead of {workload.expected_statuses}")
    return rival.posts / float(result["cpu_seconds"])


def _limit(callback_url: str, folder: Path) -> float:
    """Posts per CPU second of a load generator in C that sends the same signed request for ever."""
    workload = Workload.of(callback_url, "", connections=64, posts=1)
    script = folder / "post.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = {json.dumps(workload.body)}\n'
        f'wrk.headers["x-amz-security-token"] = "{workload.session_token}"\n'
        f'wrk.headers["x-amz-date"] = "20261123T120000Z"\nwrk.headers["Authorization"] = "{"a" * 230}"\n'
    )
    load = ["wrk", "-t1", f"-c{workload.connections}", f"-d{LIMIT_SECONDS}", "-s", str(script)]
    before = _children_cpu_seconds()
    done = subprocess.run(
        ["taskset", "-c", CLIENT_CORE, *load, f"{callback_url}/@connections/L0SM9cOFjHcCIhw%3D"],
        check=True,
        capture_output=True,
        text=True,
    )
    requests = re.search(r"(\d+) requests in", done.stdout)
    if requests is None or "Non-2xx" in done.stdout:
        raise WrongAnswers(done.stdout)
    return int(requests[1]) / (_children_cpu_seconds() - before)


def _children_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _print(samples: Mapping[str, list[float]]) -> None:
    table = Table("figure", "median", "lowest", "highest", "ours / it", title="Posting to @connections")
    for name, values in samples.items():
        ours = statistics.median(samples[name.rpartition(".")[0] + ".ours"])
        ratio = f"{ours / statistics.median(values):.2f}"
        table.add_row(
            name, *(f"{value:,.0f}" for value in (statistics.median(values), min(values), max(values))), ratio
        )
    console = Console(stderr=True, width=100)
    console.print(table)
    lock = json.loads((HERE / "package-lock.json").read_text())["packages"]
    sdk = lock["node_modules/@aws-sdk/client-apigatewaymanagementapi"]["version"]
    node = subprocess.run([NODE, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    console.print(
        f"boto3 {version('boto3')}, Node {node} with SDK {sdk}, pycurl {version('pycurl')}", highlight=False
    )


def _progress(line: str) -> None:
    sys.stderr.write(line + "\n")
