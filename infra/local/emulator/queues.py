"""SQS queues with their policies, the SNS topic, and the subscriptions that route jobs to shards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from infra.local.emulator.changes import ReportChange

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sns.type_defs import SubscribeInputTypeDef
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

K = TypeVar("K", bound=str)


def apply_queue(
    sqs: SQSClient, name: str, wanted: dict[QueueAttributeNameType, str], report: ReportChange
) -> None:
    """Create or adjust a queue."""
    found = sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", [])
    url = next((url for url in found if url.rsplit("/", 1)[1] == name), None)
    if url is None:
        sqs.create_queue(QueueName=name, Attributes=wanted)
        report(f"created queue {name}")
        return
    standing = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    if _differ(standing, wanted):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)
        report(f"changed queue {name}")


def apply_topic(
    sns: SNSClient, topic_arn: str, subscriptions: Iterable[SubscribeInputTypeDef], report: ReportChange
) -> None:
    """Create the topic and subscribe queues to it."""
    name = topic_arn.rsplit(":", 1)[1]
    if topic_arn not in [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]:
        sns.create_topic(Name=name)
        report(f"created topic {name}")
    standing = {
        subscription["Endpoint"]: subscription["SubscriptionArn"]
        for subscription in sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    }
    for wanted in subscriptions:
        _apply_subscription(sns, wanted, standing.get(wanted["Endpoint"]), report)


def _apply_subscription(
    sns: SNSClient, wanted: SubscribeInputTypeDef, subscription_arn: str | None, report: ReportChange
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
