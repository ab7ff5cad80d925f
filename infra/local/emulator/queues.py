"""SQS queues with their policies, the SNS topic, and the subscriptions that route jobs to shards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from infra.local.clients import Report
from infra.topology.deployment import Place
from infra.topology.model import Topology
from infra.topology.render.queues import queue_attributes, subscriptions

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import SubscribeInputTypeDef
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

K = TypeVar("K", bound=str)


def apply_queues(sqs: SQSClient, topology: Topology, place: Place, report: Report) -> dict[str, str]:
    """Create or adjust every queue, dead-letter queues first; their URLs by name."""
    order = sorted(topology.queues, key=lambda queue: topology.queues[queue].dead_letter_queue is not None)
    return {
        name: _apply_queue(sqs, name, queue_attributes(queue, name, topology, place), report)
        for queue in order
        for name in place.queue_names(topology, queue)
    }


def _apply_queue(sqs: SQSClient, name: str, wanted: dict[QueueAttributeNameType, str], report: Report) -> str:
    found = sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    url = next((url for url in found if url.rsplit("/", 1)[1] == name), None)
    if url is None:
        report(f"created queue {name}")
        return sqs.create_queue(QueueName=name, Attributes=wanted)["QueueUrl"]
    standing = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    if _differ(standing, wanted):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)
        report(f"changed queue {name}")
    return url


def apply_topic(sns: SNSClient, topology: Topology, place: Place, report: Report) -> None:
    """Create the topic and subscribe the shard queues to it."""
    topic_arn = place.topic_arn(topology.topic)
    if topic_arn not in [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]:
        sns.create_topic(Name=place.name(topology.topic))
        report(f"created topic {place.name(topology.topic)}")
    standing = {
        subscription["Endpoint"]: subscription["SubscriptionArn"]
        for subscription in sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    }
    for wanted in subscriptions(topology, place):
        _apply_subscription(sns, wanted, standing.get(wanted["Endpoint"]), report)


def _apply_subscription(
    sns: SNSClient, wanted: SubscribeInputTypeDef, subscription_arn: str | None, report: Report
) -> None:
    queue_name = wanted["Endpoint"].rsplit(":", 1)[1]
    if subscription_arn is None:
        sns.subscribe(**wanted)
        report(f"created subscription of {queue_name}")
        return
    standing = sns.get_subscription_attributes(SubscriptionArn=subscription_arn)["Attributes"]
    if _differ(standing, wanted["Attributes"]):
        for name, value in wanted["Attributes"].items():
            sns.set_subscription_attributes(
                SubscriptionArn=subscription_arn, AttributeName=name, AttributeValue=value
            )
        report(f"changed subscription of {queue_name}")


def _differ(standing: Mapping[K, str], wanted: Mapping[K, str]) -> bool:
    return any(_parsed(standing.get(name)) != _parsed(value) for name, value in wanted.items())


def _parsed(attribute: str | None) -> object:
    return json.loads(attribute) if attribute and attribute.startswith("{") else attribute
