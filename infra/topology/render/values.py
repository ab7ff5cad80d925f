"""Turns the topology's references into the values functions and alarms are given."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.fields import Reference
from infra.topology.parts.metrics import EACH


@dataclass(frozen=True)
class Outputs:
    """What is known only once a deployment stands.

    Attributes:
        queue_urls: URL of each queue by its full name (`chat-local-shard-0`).
        callback_url: `@connections` endpoint with its stage.
        websocket_url: address that clients open, with its stage.
        identity: `user_pool_id`, `client_id`, `issuer`; empty in mock mode.
        settings: `auth_mode`, `allowed_origins` (comma separated), `log_level`, `metrics_namespace`.
        user_limit_factor: how many users one stands for, as those do that a swarm shares.
    """

    queue_urls: Mapping[str, str]
    callback_url: str
    websocket_url: str
    identity: Mapping[str, str]
    settings: Mapping[str, str]
    user_limit_factor: int = 1

    @property
    def addresses(self) -> dict[str | None, str]:
        """The addresses of the WebSocket API, by what references call them."""
        return {"callback_url": self.callback_url, "url": self.websocket_url}


def environment_of(
    function: str, topology: Topology, deployment: Deployment, outputs: Outputs
) -> dict[str, str]:
    """Return the variables of a function; those of Cognito are left out where there is no user pool."""
    variables = {}
    for variable in topology.functions[function].environment:
        reference = topology.environment[variable]
        if reference.identity and not outputs.identity:
            continue
        variables[variable] = _value(reference, topology, deployment, outputs)
    return variables


def _value(reference: Reference, topology: Topology, deployment: Deployment, outputs: Outputs) -> str:
    if reference.queue:
        names = deployment.queue_names(topology, reference.queue)
        return ",".join(outputs.queue_urls[name] for name in names)
    if reference.topic:
        return deployment.topic_arn(reference.topic)
    if reference.websocket in outputs.addresses:
        return outputs.addresses[reference.websocket]
    if name := reference.identity or reference.deployment:
        return {**outputs.identity, **outputs.settings}[name]
    if reference.user_limit:
        return _multiplied(reference.user_limit, outputs.user_limit_factor)
    return dimension_value(reference, None, topology, deployment)


def dimension_value(
    reference: Reference, each: str | None, topology: Topology, deployment: Deployment
) -> str:
    """Return the value of a reference that names a resource, as CloudWatch dimensions do.

    `each` is the shard, function, table or index an alarm is made for; None for an alarm that stands once.
    """
    match reference.model_dump(exclude_none=True):
        case {"value": text}:
            return str(text)
        case {"topology": field}:
            return str(getattr(topology, field))
        case {"queue": queue}:
            return deployment.queue_names(topology, queue)[int(each or 0)]
        case {"table": name} | {"function": name} | {"topic": name}:
            return deployment.name(_table_of(each, topology) if name == EACH and each else name)
        case {"index": _} if each:
            return topology.indexes[each][1]
        case {"websocket": "api_id"}:
            return deployment.api_id
    raise ValueError(f"{reference!r} names no single value")


def _multiplied(limit: str, factor: int) -> str:
    """Return a user's limit as that of so many users: a number, or `burst/ms`."""
    most, _, every_ms = limit.partition("/")
    times = str(int(most) * factor)
    return f"{times}/{max(1, int(every_ms) // factor)}" if every_ms else times


def _table_of(each: str, topology: Topology) -> str:
    """Return the table of an index; what is no index stays what it is."""
    return topology.indexes[each][0] if each in topology.indexes else each
