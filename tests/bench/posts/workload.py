"""What every client of the posts bench is given: the same posts, credentials and connections."""

import json
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

Kept = TypeVar("Kept")

GONE_EVERY = 100  # 1 % of the members have left
WARM_UP_SHARE = 10  # one post in ten goes first, unmeasured: connections, TLS sessions, compiled code


@dataclass(frozen=True, slots=True)
class Workload:
    """One measurement of one client.

    Attributes:
        callback_url: where the sink stands, with the stage.
        ca_file: what vouches for the sink.
        connections: how many TCP connections the client may use.
        session_token: as long as a real one of a Lambda role, 1 kB.
    """

    callback_url: str
    ca_file: str
    connections: int
    connection_ids: list[str]
    body: str
    region: str = "eu-central-1"
    access_key: str = "AKIDEXAMPLE"
    secret_key: str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    session_token: str = "IQoJb3JpZ2luX2Vj" * 64

    @classmethod
    def of(cls, callback_url: str, ca_file: str, *, connections: int, posts: int) -> "Workload":
        ids = [f"{'gone' if n % GONE_EVERY == 0 else 'L0SM'}{n:08d}cAMCIhw=" for n in range(posts)]
        return cls(
            callback_url, ca_file, connections, ids, '{"type":"newMessage","data":"' + "x" * 269 + '"}'
        )

    def save(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))

    @property
    def expected_statuses(self) -> dict[str, int]:
        """Statuses and how often the sink gives each."""
        return dict(Counter("410" if i.startswith("gone") else "200" for i in self.connection_ids))


def measure(
    warm: Callable[[Workload], Kept], send: Callable[[Kept, Workload, list[str]], Iterable[int]]
) -> None:
    """Run a Python client on the workload named on the command line; print what it took as one JSON line.

    Args:
        warm: makes what the client keeps, such as its connections.
        send: posts to all the connections and gives the status of each post.
    """
    workload = Workload(**json.loads(Path(sys.argv[1]).read_text()))
    ids = workload.connection_ids
    kept = warm(workload)
    list(send(kept, workload, ids[: len(ids) // WARM_UP_SHARE]))
    before = _cpu_seconds()
    statuses = Counter(map(str, send(kept, workload, ids)))
    result = {"cpu_seconds": _cpu_seconds() - before, "statuses": statuses}
    sys.stdout.write(json.dumps(result) + "\n")


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
