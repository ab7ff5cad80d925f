"""The function that erases accounts, on the tables and the topic as the topology has them."""

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import boto3

from shared.stores.dynamodb import marshal, unmarshal
from shared.stores.entries import item_of
from shared.stores.erasures import Erasures
from tests.unit.examples import message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="erase-accounts")


def test_a_call_of_its_schedule_takes_the_texts_and_tells_the_room(
    inbox: str, dynamodb: "DynamoDBClient"
) -> None:
    from services.ingest.handlers.erase_accounts import build

    said = message(1, content="secret")
    dynamodb.put_item(TableName="messages", Item=marshal(item_of(said)))
    Erasures(dynamodb, "users").begin(said.user_id, None, said.created_at + 1)

    build(os.environ)({}, CONTEXT)

    rows = [unmarshal(item) for item in dynamodb.scan(TableName="messages")["Items"]]
    assert [row.get("content") for row in rows if row["sortKey"] == said.sort_key] == [""]
    (told,) = boto3.client("sqs").receive_message(QueueUrl=inbox)["Messages"]
    assert said.sort_key in told["Body"]
    assert "secret" not in told["Body"]
