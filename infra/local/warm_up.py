"""One instance of each function that somebody will wait for, started before.

Functions that all start cold when the first clients come share two cores for four seconds.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from infra.edge.events import Client, Event, connect_event, disconnect_event, message_event, new_id
from infra.edge.settings import EdgeSettings
from infra.topology.deployment import Deployment
from infra.topology.model import Topology

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

FOREIGN_ORIGIN = "https://warm-up.invalid"
NORMAL_CLOSURE = 1000  # RFC 6455, 7.4.1


def warm_up(
    functions: LambdaClient, topology: Topology, deployment: Deployment, settings: EdgeSettings, now: int
) -> list[str]:
    """Invoke each function of a route or queue once, with an event that changes nothing.

    `now` is in epoch milliseconds.

    Returns:
        The functions that failed, each with what Lambda says of it.
    """

    def invoke(name: str, event: Event) -> str | None:
        answer = functions.invoke(FunctionName=deployment.name(name), Payload=json.dumps(event))
        return f"{name}: {answer['Payload'].read().decode()}" if "FunctionError" in answer else None

    events = harmless_events(topology, settings, now)
    with ThreadPoolExecutor(len(events)) as threads:
        return [failure for failure in threads.map(invoke, events, events.values()) if failure]


def harmless_events(topology: Topology, settings: EdgeSettings, now: int) -> dict[str, Event]:
    """Return an event for each of them: no records for a consumer, for a route what it refuses."""
    batches: dict[str, Event] = {
        name: {"Records": []} for name, function in topology.functions.items() if function.consumes
    }
    refused = {route.function: _refused_event(key, settings, now) for key, route in topology.routes.items()}
    return batches | refused


def _refused_event(route_key: str, settings: EdgeSettings, now: int) -> Event:
    """Return an event from a connection that is in no table: a foreign page, an empty frame, a goodbye."""
    client = Client(new_id(), connected_at=now, source_ip="127.0.0.1", user_agent=None)
    request_id = new_id()
    if route_key == "$connect":
        headers = [("Origin", FOREIGN_ORIGIN)]
        return connect_event(settings, client, headers, "", request_id=request_id, now=now)
    if route_key == "$disconnect":
        return disconnect_event(settings, client, NORMAL_CLOSURE, "", request_id=request_id, now=now)
    return message_event(settings, client, route_key, "", request_id=request_id, now=now)
