"""The project's own way, scheduler included: `services.fanout.posting` over `shared.aws.callback`."""

import random
import time
from collections.abc import Iterator

from services.fanout.delivery import Delivery, Fate
from services.fanout.pace import Pace
from services.fanout.posting import deliver
from shared.aws.callback import CallbackClient, Frame
from shared.aws.sigv4 import StaticCredentials
from tests.bench.posts.workload import Workload, measure


def warm(workload: Workload) -> tuple[CallbackClient, Pace]:
    """Make what lives across the invocations of a Lambda function."""
    credentials = StaticCredentials(workload.access_key, workload.secret_key, workload.session_token)
    client = CallbackClient(
        workload.callback_url,
        region=workload.region,
        credentials=lambda: credentials,
        max_connections=workload.connections,
        ca_file=workload.ca_file,
    )
    return client, Pace(workload.connections)


def send(kept: tuple[CallbackClient, Pace], workload: Workload, connection_ids: list[str]) -> Iterator[int]:
    client, pace = kept
    frames = (Frame.of(workload.body.encode()),)
    outcomes = deliver(
        (Delivery(connection_id, frames, None) for connection_id in connection_ids),
        client,
        pace=pace,
        deadline=time.monotonic() + 60,
        clock=time.monotonic,
        random=random.random,
    )
    for outcome in outcomes:
        yield 200 if outcome.fate is Fate.DELIVERED else outcome.status or 0


if __name__ == "__main__":
    measure(warm, send)
