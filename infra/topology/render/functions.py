"""`CreateFunction` and `CreateEventSourceMapping` requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.topology.deployment import Deployment
from infra.topology.model import Consumes, Function, Topology

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import (
        CreateEventSourceMappingRequestTypeDef,
        CreateFunctionRequestTypeDef,
    )

RUNTIME: Final = "python3.13"
ARCHITECTURE: Final = "arm64"


def event_source_mappings(
    function: str, consumes: Consumes, topology: Topology, deployment: Deployment
) -> list[CreateEventSourceMappingRequestTypeDef]:
    """One `CreateEventSourceMapping` request for every queue the function consumes."""
    return [
        {
            "FunctionName": deployment.name(function),
            "EventSourceArn": queue_arn,
            "BatchSize": consumes.batch_size,
            "ScalingConfig": {"MaximumConcurrency": consumes.maximum_concurrency},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
        for queue_arn in deployment.queue_arns(topology, consumes.queue)
    ]


def function_request(
    name: str, function: Function, deployment: Deployment, code: bytes, environment: dict[str, str]
) -> CreateFunctionRequestTypeDef:
    """Return the `CreateFunction` request of a function whose zip is `code`."""
    return {
        "FunctionName": deployment.name(name),
        "Runtime": RUNTIME,
        "Architectures": [ARCHITECTURE],
        "Role": deployment.role_arn(name),
        "Handler": function.handler,
        "Code": {"ZipFile": code},
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": {"Variables": environment},
    }
