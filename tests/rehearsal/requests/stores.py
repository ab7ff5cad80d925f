"""Requests for what holds and carries messages: DynamoDB, SQS and SNS."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.rehearsal.requests.made import Client, Made
from tests.unit.terraform.plan import Values


def table(client: Client, values: Values) -> Made:
    dynamodb, name = client("dynamodb"), values["name"]
    made = dynamodb.create_table(
        TableName=name,
        BillingMode=values["billing_mode"],
        AttributeDefinitions=[
            {"AttributeName": each["name"], "AttributeType": each["type"]} for each in values["attribute"]
        ],
        KeySchema=_key_schema([(values["hash_key"], "HASH"), (values["range_key"], "RANGE")]),
        **_indexes(values),
        SSESpecification={
            "Enabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": values["server_side_encryption"][0]["kms_key_arn"],
        },
        DeletionProtectionEnabled=values["deletion_protection_enabled"],
        **_stream(values),
    )
    for ttl in values["ttl"]:
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl["attribute_name"]}
        )
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    table = made["TableDescription"]
    facts = {"arn": table["TableArn"], "stream_arn": table.get("LatestStreamArn", "")}
    return Made(facts, partial(dynamodb.delete_table, TableName=name))


def _stream(values: Values) -> dict[str, Any]:
    if not values["stream_enabled"]:
        return {}
    return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": values["stream_view_type"]}}


def _indexes(values: Values) -> dict[str, Any]:
    indexes = [
        {
            "IndexName": index["name"],
            "KeySchema": _key_schema(
                [(key["attribute_name"], key["key_type"]) for key in index["key_schema"]]
            ),
            "Projection": {"ProjectionType": index["projection_type"]}
            | ({"NonKeyAttributes": index["non_key_attributes"]} if index["non_key_attributes"] else {}),
        }
        for index in values["global_secondary_index"]
    ]
    return {"GlobalSecondaryIndexes": indexes} if indexes else {}


def _key_schema(keys: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


def queue(client: Client, values: Values) -> Made:
    sqs = client("sqs")
    url = sqs.create_queue(
        QueueName=values["name"],
        Attributes={
            "VisibilityTimeout": str(values["visibility_timeout_seconds"]),
            "MessageRetentionPeriod": str(values["message_retention_seconds"]),
            "SqsManagedSseEnabled": "true",
        },
    )["QueueUrl"]
    return Made({"url": url, "id": url}, partial(sqs.delete_queue, QueueUrl=url))


def queue_attribute(attribute: str, argument: str, client: Client, values: Values) -> Made:
    client("sqs").set_queue_attributes(QueueUrl=values["queue_url"], Attributes={attribute: values[argument]})
    return Made()


def topic(client: Client, values: Values) -> Made:
    sns = client("sns")
    arn = sns.create_topic(Name=values["name"], Attributes={"KmsMasterKeyId": values["kms_master_key_id"]})[
        "TopicArn"
    ]
    return Made({"arn": arn, "id": arn}, partial(sns.delete_topic, TopicArn=arn))


def subscription(client: Client, values: Values) -> Made:
    sns = client("sns")
    attributes = {
        "RawMessageDelivery": "true",
        "FilterPolicyScope": values["filter_policy_scope"],
        "FilterPolicy": values["filter_policy"],
        "RedrivePolicy": values["redrive_policy"],
    }
    arn = sns.subscribe(
        TopicArn=values["topic_arn"],
        Protocol=values["protocol"],
        Endpoint=values["endpoint"],
        Attributes={} if values["protocol"] == "email" else attributes,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return Made({"arn": arn}, partial(sns.unsubscribe, SubscriptionArn=arn))
