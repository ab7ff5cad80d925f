"""The fan-out function: one invocation is one batch from a shard queue."""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from botocore.session import Session
from pydantic import Field

from services.fanout.background import Threads
from services.fanout.budget import Budget
from services.fanout.delivery import Delivery, Outcome
from services.fanout.drain import Held
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import process_batch, process_slices
from services.fanout.memory import AudienceMemory
from services.fanout.pace import Pace
from services.fanout.posting import deliver, disconnect
from services.fanout.queues import Queues
from services.fanout.report import Report
from services.fanout.routing import Assignment
from services.fanout.worker import Worker
from shared.aws.callback import CallbackClient
from shared.aws.clients import aws_session, prompt_dynamodb_client, prompt_sqs_client
from shared.aws.sigv4 import Credentials
from shared.observability import Event, Handler, observability
from shared.settings import ConfigurationError, Settings, Text, WebAddress, WebAddresses, load
from shared.stores.connections import Connections
from shared.stores.published import Published

_IN_FLIGHT = 64
_POOL_CONNECTIONS = 2 * _IN_FLIGHT  # as many again for posts that are slow
_READING_THREADS = 10  # as many rooms as a batch has records
_SENDING_THREADS = 12  # a scatter for each room, and settlement
_FORGETTING_THREADS = 4


class FanoutSettings(Settings):
    """`SHARD_QUEUE_URLS` is a comma-separated list, shard 0 first."""

    connections_table: Text
    published_table: Text
    shard_queue_urls: WebAddresses
    slice_queue_urls: WebAddresses
    dead_letter_queue_url: Text
    websocket_callback_url: WebAddress
    fanout_slice: int = Field(ge=1)
    slice_posts_per_second: float = Field(gt=0, allow_inf_nan=False)
    event_posts_per_second: float = Field(gt=0, allow_inf_nan=False)
    presence_room_limit: int = Field(ge=0)


def build(environ: Mapping[str, str]) -> Handler:
    """Make the handler for this environment. Raises ConfigurationError."""
    settings = load(FanoutSettings, environ)
    observe = observability("fanout")
    report = Report(observe)
    worker, slice_worker, messenger = _collaborators(settings, environ, report.queue_trouble)
    held = Held()

    def handle(event: Event, context: Any) -> dict[str, Any]:
        budget = Budget.of(time.monotonic(), context.get_remaining_time_in_millis() / 1000)
        records = event["Records"]
        if records and worker.queues.lane_of(records[0]["eventSourceARN"].rsplit(":", 1)[-1]) == "slice":
            kept = process_slices(records, slice_worker, held, report, budget)
        else:
            kept = process_batch(records, worker, messenger, report, budget)
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in kept]}

    return observe.observed(handle)


def _collaborators(
    settings: FanoutSettings, environ: Mapping[str, str], warn: Callable[[str], None]
) -> tuple[Worker, Worker, Messenger]:
    session = aws_session()
    client = CallbackClient(
        settings.websocket_callback_url,
        region=environ["AWS_REGION"],
        credentials=_credentials(session),
        clock=time.time,
        max_connections=_POOL_CONNECTIONS,
    )
    clock = time.monotonic
    pace = Pace(_IN_FLIGHT)
    slice_pace = Pace(_IN_FLIGHT, settings.slice_posts_per_second)
    # Of its own: how events fare must not slow messages down.
    events_pace = Pace(_IN_FLIGHT, settings.event_posts_per_second)

    def post(
        deliveries: Iterable[Delivery[Assignment] | None], deadline: float
    ) -> Iterator[Outcome[Assignment]]:
        return deliver(deliveries, client, pace=pace, deadline=deadline, clock=clock, random=random.random)

    def post_slices(
        deliveries: Iterable[Delivery[Assignment] | None], deadline: float
    ) -> Iterator[Outcome[Assignment]]:
        return deliver(
            deliveries, client, pace=slice_pace, deadline=deadline, clock=clock, random=random.random
        )

    def close(connection_ids: Iterable[str], deadline: float) -> Iterator[Outcome[None]]:
        return disconnect(
            connection_ids, client, pace=pace, deadline=deadline, clock=clock, random=random.random
        )

    def post_once(deliveries: Iterable[Delivery[str]], deadline: float) -> Iterator[Outcome[str]]:
        return deliver(
            deliveries,
            client,
            pace=events_pace,
            deadline=deadline,
            clock=clock,
            random=random.random,
            retries=0,
        )

    dynamodb = prompt_dynamodb_client(session, environ)
    connections = Connections(dynamodb, settings.connections_table)
    worker = Worker(
        connections=connections,
        published=Published(dynamodb, settings.published_table),
        queues=Queues(
            prompt_sqs_client(session),
            shard_urls=settings.shard_queue_urls,
            slice_urls=settings.slice_queue_urls,
            dead_letter_url=settings.dead_letter_queue_url,
            warn=warn,
        ),
        post=post,
        disconnect=close,
        slice_size=settings.fanout_slice,
        reading=Threads(_READING_THREADS, clock),
        sending=Threads(_SENDING_THREADS, clock),
        forgetting=Threads(_FORGETTING_THREADS, clock),
        monotonic=clock,
        epoch=time.time,
        sleep=time.sleep,
        memory=AudienceMemory(settings.fanout_slice),
        random=random.random,
    )
    messenger = Messenger(
        connections=connections,
        post=post_once,
        room_limit=settings.presence_room_limit,
        background=Threads(_READING_THREADS, clock),
        monotonic=clock,
    )
    return worker, replace(worker, post=post_slices), messenger


def _credentials(session: Session) -> Callable[[], Credentials]:
    found = session.get_credentials()
    if found is None:
        raise ConfigurationError("AWS_ACCESS_KEY_ID: there are no credentials to sign posts with")
    return lambda: cast("Credentials", found.get_frozen_credentials())


handler = build(os.environ)
