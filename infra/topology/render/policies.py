"""IAM and resource policies, rendered from the topology: least privilege, no `*` but for connection ids."""

from typing import Any

from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.parts.functions import Grant

Policy = dict[str, Any]
POLICY_VERSION = "2012-10-17"
LAMBDA_MAY_ASSUME: Policy = {
    "Version": POLICY_VERSION,
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
SUBSCRIPTION_DEAD_LETTERS = "subscription-dead-letters"


def role_policy(
    function: str, topology: Topology, deployment: Deployment, user_pool_id: str | None
) -> Policy:
    """Return what the role of a function may do: its grants, nothing else.

    Args:
        function: name in the topology.
        topology: what exists.
        deployment: where it stands.
        user_pool_id: None where there is no user pool, and so no right on it.
    """
    return {
        "Version": POLICY_VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Action": list(grant.actions),
                "Resource": (
                    [deployment.user_pool_arn(user_pool_id)]
                    if grant.identity and user_pool_id
                    else _resources(grant, topology, deployment)
                ),
            }
            for grant in topology.functions[function].grants
            if user_pool_id or not grant.identity
        ],
    }


def _resources(grant: Grant, topology: Topology, deployment: Deployment) -> list[str]:
    if grant.table and grant.index:
        return [f"{deployment.table_arn(grant.table)}/index/{grant.index}"]
    if grant.table and grant.stream:
        return [deployment.streams_arn(grant.table)]
    if grant.table:
        return [deployment.table_arn(grant.table)]
    if grant.queue:
        return list(deployment.queue_arns(topology, grant.queue))
    if grant.topic:
        return [deployment.topic_arn(grant.topic)]
    return [deployment.connections_arn(method) for method in grant.methods]


def queue_policy(queue_name: str, topology: Topology, deployment: Deployment) -> Policy:
    """Lets the topic, and nobody else, send to the queue."""
    return {
        "Version": POLICY_VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": deployment.queue_arn(queue_name),
                "Condition": {"ArnEquals": {"aws:SourceArn": deployment.topic_arn(topology.topic)}},
            }
        ],
    }


def takes_from_topic(queue: str, topology: Topology) -> bool:
    """Tell whether a queue takes what the topic sends: jobs, or what subscriptions could not hand over."""
    return topology.queues[queue].subscribed or queue == SUBSCRIPTION_DEAD_LETTERS


def redrive_policy(queue: str, topology: Topology, deployment: Deployment) -> Policy | None:
    """Where a queue moves jobs that failed too often; None for a queue without a dead-letter queue."""
    definition = topology.queues[queue]
    if definition.dead_letter_queue is None:
        return None
    (target,) = deployment.queue_arns(topology, definition.dead_letter_queue)
    return {"deadLetterTargetArn": target, "maxReceiveCount": definition.max_receive_count}


def redrive_allow_policy(queue: str, topology: Topology, deployment: Deployment) -> Policy | None:
    """Which queues may use `queue` as their dead-letter queue; None if none does."""
    sources = [
        arn
        for name, definition in topology.queues.items()
        if definition.dead_letter_queue == queue
        for arn in deployment.queue_arns(topology, name)
    ]
    return {"redrivePermission": "byQueue", "sourceQueueArns": sources} if sources else None


def filter_policy(shard: int | None) -> Policy:
    """Lets through the jobs whose message attribute `shard` is this number; for None, those without it."""
    return {"shard": [{"exists": False} if shard is None else str(shard)]}


def subscription_redrive_policy(topology: Topology, deployment: Deployment) -> Policy:
    """Where SNS puts what it cannot hand to a queue."""
    (target,) = deployment.queue_arns(topology, SUBSCRIPTION_DEAD_LETTERS)
    return {"deadLetterTargetArn": target}
