"""Turns the topology's references into the values functions and alarms are given."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.topology.deployment import Place
from infra.topology.model import EACH, Reference, Topology


@dataclass(frozen=True)
class Facts:
    """What is known only once a deployment stands.

    Attributes:
        queue_urls: URL of each queue by its full name (`chat-local-shard-0`).
        callback_url: `@connections` endpoint with its stage.
        identity: `user_pool_id`, `client_id`, `issuer`; empty in mock mode.
        deployment: `auth_mode`, `allowed_origins` (comma separated), `log_level`, `metrics_namespace`.
    """

    queue_urls: Mapping[str, str]
    callback_url: str
    identity: Mapping[str, str]
    deployment: Mapping[str, str]


def environment_of(function: str, topology: Topology, place: Place, facts: Facts) -> dict[str, str]:
    """The variables of a function; those of Cognito are left out where there is no user pool."""
    variables = {}
    for variable in topology.functions[function].environment:
        reference = topology.environment[variable]
        if reference.identity and not facts.identity:
            continue
        variables[variable] = _value(reference, topology, place, facts)
    return variables


def _value(reference: Reference, topology: Topology, place: Place, facts: Facts) -> str:
    if reference.queue:
        names = place.queue_names(topology, reference.queue)
        return ",".join(facts.queue_urls[name] for name in names)
    if reference.topic:
        return place.topic_arn(reference.topic)
    if reference.websocket == "callback_url":
        return facts.callback_url
    if reference.identity:
        return facts.identity[reference.identity]
    if reference.deployment:
        return facts.deployment[reference.deployment]
    return dimension_value(reference, None, topology, place)


def dimension_value(reference: Reference, each: str | None, topology: Topology, place: Place) -> str:
    """The value of a reference that names a resource, as CloudWatch dimensions do.

    `each` is the shard number, function or table an alarm is made for; None for an alarm that stands once.
    """
    match reference.model_dump(exclude_none=True):
        case {"value": text}:
            return str(text)
        case {"topology": field}:
            return str(getattr(topology, field))
        case {"queue": queue}:
            return place.queue_names(topology, queue)[int(each or 0)]
        case {"table": name} | {"function": name} | {"topic": name}:
            return place.name(each if name == EACH and each else name)
        case {"websocket": "api_id"}:
            return place.api_id
    raise ValueError(f"{reference!r} names no single value")
