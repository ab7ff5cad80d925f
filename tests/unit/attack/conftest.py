"""The functions behind every route, on moto, attacked as whoever holds a socket can."""

import importlib
import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from infra.topology.model import Topology
from shared.observability import Handler

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="function")
OPEN_ENDED = 2**40  # epoch s: the functions look at the real clock

Strike = Callable[..., Any]


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The connections that the functions have closed."""
    closed: list[str] = []
    monkeypatch.setattr("shared.expelling.close_connection", lambda _environ, _session: closed.append)
    return closed


@pytest.fixture
def handlers(
    inbox: str, closed: list[str], topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Handler]:
    """The handler behind each route; `inbox` hears what they publish."""
    monkeypatch.setenv("ROOMS_TABLE", "rooms")
    built: dict[str, Handler] = {}
    for route in topology.routes.values():
        module = topology.functions[route.function].handler.rpartition(".")[0]
        if route.function not in built:
            built[route.function] = importlib.import_module(module).build(os.environ)
    return {name: built[route.function] for name, route in topology.routes.items()}


@pytest.fixture
def strike(handlers: dict[str, Handler]) -> Strike:
    """Sends a body as API Gateway does, by its `action`; gives the reply, None for silence."""

    def strike(body: str, connection_id: str = "mallory=") -> Any:
        route = _route_of(body, handlers)
        event = {"requestContext": {"connectionId": connection_id, "routeKey": route}, "body": body}
        answer = handlers[route](event, CONTEXT)
        assert answer["statusCode"] == 200
        return json.loads(answer["body"]) if answer.get("body") else None

    return strike


def _route_of(body: str, handlers: dict[str, Handler]) -> str:
    try:
        action = json.loads(body)["action"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "$default"
    known = isinstance(action, str) and action in handlers and not action.startswith("$")
    return action if known else "$default"
