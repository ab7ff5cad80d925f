"""The faults that a stage may have, by name: every switch of the edge, and every AWS call failing. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["fails", "hangs", "throttled"]

# The operations that come of an action that the topology grants; a transaction needs the grants of its parts.
OPERATIONS: dict[str, frozenset[str]] = {
    "PutItem": frozenset({"PutItem", "TransactWriteItems"}),
    "UpdateItem": frozenset({"UpdateItem", "TransactWriteItems"}),
    "GetItem": frozenset({"GetItem"}),
    "BatchGetItem": frozenset({"BatchGetItem"}),
    "Query": frozenset({"Query"}),
    "DeleteItem": frozenset({"DeleteItem"}),
    "BatchWriteItem": frozenset({"BatchWriteItem"}),
    "Publish": frozenset({"Publish"}),
    "SendMessage": frozenset({"SendMessage", "SendMessageBatch"}),
    "ChangeMessageVisibility": frozenset({"ChangeMessageVisibility"}),
}
_FAILURES: dict[str, dict[How, str]] = {
    "dynamodb": {"fails": "InternalServerError", "throttled": "ProvisionedThroughputExceededException"},
    "sns": {"fails": "xml:InternalError", "throttled": "xml:Throttled"},
    "sqs": {"fails": "InternalError", "throttled": "RequestThrottled"},
}
_SERVICES = {"Publish": "sns", "SendMessage": "sqs", "ChangeMessageVisibility": "sqs"}


@dataclass(frozen=True, slots=True)
class PostFault:
    """What the edge's `PUT /_edge/faults` takes; for one connection in ten if it is about `some`."""

    settings: dict[str, Any]
    some: bool = False


@dataclass(frozen=True, slots=True)
class CallFault:
    """Calls of these operations get `error`, or no answer if that is None."""

    operations: frozenset[str]
    error: str | None


def _of_status(status: int) -> dict[str, Any]:
    return {"action": "status", "status": status, "methods": ["POST"]}


def _post_faults() -> dict[str, PostFault]:
    """Return the edge's faults by name.

    Not among them: 410 and 413 for a connection or a frame that is neither gone nor too large. They are
    verdicts, and a gateway that gives wrong ones loses messages by what it says.
    """
    return {
        "posts answer 403": PostFault(_of_status(403)),
        "posts answer 429": PostFault(_of_status(429)),
        "posts answer 500": PostFault(_of_status(500)),
        "some posts answer 503": PostFault({**_of_status(503), "share": 0.2}),
        "some connections answer 429": PostFault(_of_status(429), some=True),
        "some connections hang": PostFault(
            {"action": "delay", "delay_ms": 20_000, "methods": ["POST"]}, some=True
        ),
        "posts hang": PostFault({"action": "delay", "delay_ms": 20_000, "methods": ["POST"]}),
        "posts are slow": PostFault({"action": "delay", "delay_ms": 300, "methods": ["POST"]}),
        "posts are reset": PostFault({"action": "reset", "methods": ["POST"]}),
        "posts are refused": PostFault({"action": "refuse", "methods": ["POST"]}),
    }


def _call_faults() -> dict[str, CallFault]:
    faults = {}
    for action, operations in OPERATIONS.items():
        errors = _FAILURES[_SERVICES.get(action, "dynamodb")]
        faults[f"{action} fails"] = CallFault(operations, errors["fails"])
        faults[f"{action} hangs"] = CallFault(operations, None)
        faults[f"{action} is throttled"] = CallFault(operations, errors["throttled"])
    return faults


FAULTS: dict[str, PostFault | CallFault] = {**_post_faults(), **_call_faults()}
