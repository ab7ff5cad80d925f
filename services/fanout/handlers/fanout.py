"""The fan-out function: one invocation is one batch from a shard queue."""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from botocore.session import Session
from pydantic import Field

from services.fanout.batch import Worker
from services.fanout.concurrency import AdaptiveLimit
from services.fanout.delivery import Delivery, Outcome, deliver, disconnect
from services.fanout.ephemeral import Messenger
from services.fanout.invocation import work_off
from services.fanout.queues import Queues
from services.fanout.report import Report
from shared.aws.callback import Gateway
from shared.aws.clients import aws_session, dynamodb_client, sqs_client
from shared.aws.sigv4 import Credentials
from shared.observability import Event, Handler, observability
from shared.settings import ConfigurationError, Settings, Text, WebAddress, load
from shared.stores.connections import Connections

# What settling may take: residual jobs, dead letters and postponements are some ten calls to SQS.
_SETTLING_SECONDS = 5.0
_POOL_CONNECTIONS = 64
_EVENT_THREADS = 10  # as many rooms as a batch has records


class FanoutSettings(Settings):
    """`SHARD_QUEUE_URLS` is a comma-separated list, shard 0 first."""

    connections_table: Text
    shard_queue_urls: Text
    dead_letter_queue_url: Text
    websocket_callback_url: WebAddress
    fanout_slice: int = Field(ge=1)
    presence_room_limit: int = Field(ge=0)


def build(environ: Mapping[str, str]) -> Handler:
    """The handler for this environment. Raises ConfigurationError."""
    settings = load(FanoutSettings, environ)
    observe = observability("fanout")
    report = Report(observe)
    worker, messenger = _collaborators(settings, environ, report.queue_trouble)

    def handle(event: Event, context: Any) -> dict[str, Any]:
        remaining_seconds = context.get_remaining_time_in_millis() / 1000
        deadline = time.monotonic() + remaining_seconds - _SETTLING_SECONDS
        kept = work_off(event["Records"], worker, messenger, report, deadline)
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in kept]}

    return observe.observed(handle)


def _collaborators(
    settings: FanoutSettings, environ: Mapping[str, str], warn: Callable[[str], None]
) -> tuple[Worker, Messenger]:
    session = aws_session()
    gateway = Gateway(
        settings.websocket_callback_url,
        region=environ["AWS_REGION"],
        credentials=_credentials(session),
        clock=time.time,
        max_connections=_POOL_CONNECTIONS,
    )
    limit, clock = AdaptiveLimit(_POOL_CONNECTIONS), time.monotonic
    # Of its own: how events fare must not slow messages down.
    events_limit = AdaptiveLimit(_POOL_CONNECTIONS)

    def post(deliveries: Iterable[Delivery], deadline: float) -> Iterator[Outcome]:
        return deliver(deliveries, gateway, limit=limit, deadline=deadline, clock=clock, random=random.random)

    def close(connection_ids: Iterable[str], deadline: float) -> Iterator[Outcome]:
        return disconnect(
            connection_ids,
            gateway,
            limit=limit,
            deadline=deadline,
            clock=time.monotonic,
            random=random.random,
        )

    def post_once(deliveries: Iterable[Delivery], deadline: float) -> Iterator[Outcome]:
        return deliver(
            deliveries,
            gateway,
            limit=events_limit,
            deadline=deadline,
            clock=clock,
            random=random.random,
            retries=0,
        )

    connections = Connections(dynamodb_client(session, environ), settings.connections_table)
    worker = Worker(
        connections=connections,
        queues=Queues(
            sqs_client(session), settings.shard_queue_urls.split(","), settings.dead_letter_queue_url, warn
        ),
        post=post,
        disconnect=close,
        slice_size=settings.fanout_slice,
    )
    messenger = Messenger(
        connections=connections,
        post=post_once,
        room_limit=settings.presence_room_limit,
        background=ThreadPoolExecutor(_EVENT_THREADS),
    )
    return worker, messenger


def _credentials(session: Session) -> Callable[[], Credentials]:
    found = session.get_credentials()
    if found is None:
        raise ConfigurationError("AWS_ACCESS_KEY_ID: there are no credentials to sign posts with")
    return lambda: cast("Credentials", found.get_frozen_credentials())


handler = build(os.environ)
