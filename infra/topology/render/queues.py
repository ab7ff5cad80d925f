"""Attributes of queues, and the subscriptions that route jobs to shards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render import policies

if TYPE_CHECKING:
    from types_boto3_sns.type_defs import SubscribeInputTypeDef
    from types_boto3_sqs.literals import QueueAttributeNameType


def queue_attributes(
    queue: str, queue_name: str, topology: Topology, deployment: Deployment
) -> dict[QueueAttributeNameType, str]:
    """Return the SQS attributes of one queue, as `CreateQueue` takes them (JSON texts for policies)."""
    definition = topology.queues[queue]
    attributes: dict[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(definition.visibility_timeout_seconds),
        "MessageRetentionPeriod": str(definition.retention_seconds),
        "SqsManagedSseEnabled": "true",
    }
    if policies.takes_from_topic(queue, topology):
        attributes["Policy"] = json.dumps(policies.queue_policy(queue_name, topology, deployment))
    if redrive := policies.redrive_policy(queue, topology, deployment):
        attributes["RedrivePolicy"] = json.dumps(redrive)
    if allow := policies.redrive_allow_policy(queue, topology, deployment):
        attributes["RedriveAllowPolicy"] = json.dumps(allow)
    return attributes


def subscriptions(topology: Topology, deployment: Deployment) -> list[SubscribeInputTypeDef]:
    """One `Subscribe` request for every subscribed queue: it takes its share of the jobs, as they are."""
    return [
        {
            "TopicArn": deployment.topic_arn(topology.topic),
            "Protocol": "sqs",
            "Endpoint": queue_arn,
            "Attributes": {
                "RawMessageDelivery": "true",
                "FilterPolicy": json.dumps(policies.filter_policy(shard if definition.per_shard else None)),
                "RedrivePolicy": json.dumps(policies.subscription_redrive_policy(topology, deployment)),
            },
        }
        for queue, definition in topology.queues.items()
        if definition.subscribed
        for shard, queue_arn in enumerate(deployment.queue_arns(topology, queue))
    ]
