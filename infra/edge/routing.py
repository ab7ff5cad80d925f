"""Which route a message takes: the selection expression `$request.body.action`.

Source: API Gateway developer guide, "Create routes for WebSocket APIs".
"""

import json
from collections.abc import Container

PREDEFINED_ROUTES = frozenset({"$connect", "$disconnect", "$default"})


def select_route(body: str, routes: Container[str]) -> str | None:
    """Return the route key for a text message; `None` if neither its action nor `$default` is configured.

    A message that is not a JSON object, or whose action is missing, no string, unknown or the name of a
    predefined route, takes `$default`.
    """
    action = _action(body)
    if action is not None and action not in PREDEFINED_ROUTES and action in routes:
        return action
    return "$default" if "$default" in routes else None


def _action(body: str) -> str | None:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    action = message.get("action") if isinstance(message, dict) else None
    return action if isinstance(action, str) else None
