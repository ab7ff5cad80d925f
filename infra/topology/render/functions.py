"""`CreateFunction` and `CreateEventSourceMapping` requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.functions import Consumes, Function

if TYPE_CHECKING:
    from types_boto3_lambda.type_defs import (
        CreateEventSourceMappingRequestTypeDef,
        CreateFunctionRequestTypeDef,
    )

RUNTIME: Final = "python3.13"
ARCHITECTURE: Final = "arm64"


def event_source_mappings(
    function: str, topology: Topology, deployment: Deployment
) -> list[CreateEventSourceMappingRequestTypeDef]:
    """Return the `CreateEventSourceMapping` requests of a function, one for every queue or stream.

    A stream is named by its pattern, since its name is known only once it stands.
    """
    return [
        request
        for source in topology.functions[function].consumes
        for request in (
            _of_queue(deployment.name(function), source, topology, deployment)
            if source.queue
            else [_of_stream(deployment.name(function), source, deployment)]
        )
    ]


def _of_queue(
    function_name: str, source: Consumes, topology: Topology, deployment: Deployment
) -> list[CreateEventSourceMappingRequestTypeDef]:
    return [
        {
            "FunctionName": function_name,
            "EventSourceArn": queue_arn,
            "BatchSize": source.batch_size,
            "MaximumBatchingWindowInSeconds": source.batching_window_seconds,
            "ScalingConfig": {"MaximumConcurrency": source.maximum_concurrency or 0},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
        for queue_arn in deployment.queue_arns(topology, source.queue or "")
    ]


def _of_stream(
    function_name: str, source: Consumes, deployment: Deployment
) -> CreateEventSourceMappingRequestTypeDef:
    return {
        "FunctionName": function_name,
        "EventSourceArn": deployment.streams_arn(source.stream or ""),
        "BatchSize": source.batch_size,
        "MaximumBatchingWindowInSeconds": source.batching_window_seconds,
        "StartingPosition": "TRIM_HORIZON",
        "BisectBatchOnFunctionError": True,
        "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": list(source.events)})}]},
    }


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
