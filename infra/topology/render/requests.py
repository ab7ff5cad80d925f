"""All requests of a deployment at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.alarms import composite_alarms, metric_alarms
from infra.topology.render.functions import event_source_mappings, function_request
from infra.topology.render.policies import Policy, role_policy
from infra.topology.render.queues import queue_attributes, subscriptions
from infra.topology.render.tables import table_definition
from infra.topology.render.values import Outputs, environment_of

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import PutCompositeAlarmInputTypeDef, PutMetricAlarmInputTypeDef
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef
    from types_boto3_lambda.literals import RecursiveLoopType
    from types_boto3_lambda.type_defs import (
        CreateEventSourceMappingRequestTypeDef,
        CreateFunctionRequestTypeDef,
    )
    from types_boto3_sns.type_defs import SubscribeInputTypeDef
    from types_boto3_sqs.literals import QueueAttributeNameType


@dataclass(frozen=True)
class Requests:
    """What to ask AWS for, in the order in which it can be created.

    Attributes:
        tables: `CreateTable` requests.
        ttl_attributes: TTL attribute by full table name, for the tables that have one.
        queues: attributes by full queue name, dead-letter queues before the queues that name them.
        topic_arn: ARN of the topic; its last part is the name.
        subscriptions: `Subscribe` requests.
        roles: policy document by role name.
        functions: `CreateFunction` requests, each with the role of its own name.
        recursive_loops: by full name of each function, whether its own messages may come back to it.
        mappings: `CreateEventSourceMapping` requests.
        alarms: `PutMetricAlarm` requests.
        composite_alarms: `PutCompositeAlarm` requests.
        audit_log_group: name of the log group of the operators' audit.
        audit_retention_days: how long that group keeps its lines.
    """

    tables: tuple[CreateTableInputTypeDef, ...]
    ttl_attributes: Mapping[str, str]
    queues: Mapping[str, dict[QueueAttributeNameType, str]]
    topic_arn: str
    subscriptions: tuple[SubscribeInputTypeDef, ...]
    roles: Mapping[str, Policy]
    functions: tuple[CreateFunctionRequestTypeDef, ...]
    recursive_loops: Mapping[str, RecursiveLoopType]
    mappings: tuple[CreateEventSourceMappingRequestTypeDef, ...]
    alarms: tuple[PutMetricAlarmInputTypeDef, ...]
    composite_alarms: tuple[PutCompositeAlarmInputTypeDef, ...]
    audit_log_group: str
    audit_retention_days: int


def render(
    topology: Topology, deployment: Deployment, outputs: Outputs, code: Mapping[str, bytes]
) -> Requests:
    """Render every request of a deployment; `code` is the zip of each service."""
    return Requests(
        tables=tuple(table_definition(name, table, deployment) for name, table in topology.tables.items()),
        ttl_attributes={
            deployment.name(name): table.ttl_attribute
            for name, table in topology.tables.items()
            if table.ttl_attribute
        },
        queues={
            name: queue_attributes(queue, name, topology, deployment)
            for queue in sorted(topology.queues, key=lambda queue: _has_dead_letter_queue(topology, queue))
            for name in deployment.queue_names(topology, queue)
        },
        topic_arn=deployment.topic_arn(topology.topic),
        subscriptions=tuple(subscriptions(topology, deployment)),
        roles={
            deployment.name(name): role_policy(
                name, topology, deployment, outputs.identity.get("user_pool_id")
            )
            for name in topology.functions
        },
        functions=tuple(
            function_request(
                name,
                function,
                deployment,
                code[function.service],
                environment_of(name, topology, deployment, outputs),
            )
            for name, function in topology.functions.items()
        ),
        recursive_loops={
            deployment.name(name): function.recursive_loop for name, function in topology.functions.items()
        },
        mappings=tuple(
            mapping
            for name, function in topology.functions.items()
            for mapping in event_source_mappings(name, topology, deployment)
        ),
        alarms=tuple(metric_alarms(topology, deployment)),
        composite_alarms=tuple(composite_alarms(topology, deployment)),
        audit_log_group=deployment.audit_log_group,
        audit_retention_days=topology.audit_retention_days,
    )


def _has_dead_letter_queue(topology: Topology, queue: str) -> bool:
    return topology.queues[queue].dead_letter_queue is not None
