"""The reference's way of sending: store, scan all connections twice, post to every one."""

import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders

from shared.protocol.message import Message
from shared.protocol.replies import encode, new_message
from tests.bench.fanout_in_memory import message
from tests.bench.moto_stack import WRITE_BATCH, MotoStack, connection_id

if TYPE_CHECKING:
    from types_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from types_boto3_dynamodb import DynamoDBClient

SCANS = 2
TABLE = "reference-connections"
Pages = Literal["first page", "all pages"]


def reference_table(stack: MotoStack, connections: int) -> None:
    """The reference's table of all connections, filled anew."""
    if TABLE in stack.dynamodb.list_tables()["TableNames"]:
        stack.dynamodb.delete_table(TableName=TABLE)
    stack.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "connectionId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "connectionId", "KeyType": "HASH"}],
    )
    for start in range(0, connections, WRITE_BATCH):
        numbers = range(start, min(start + WRITE_BATCH, connections))
        requests: Any = [{"PutRequest": {"Item": _item(number)}} for number in numbers]
        stack.dynamodb.batch_write_item(RequestItems={TABLE: requests})


def poster(stack: MotoStack) -> "ApiGatewayManagementApiClient":
    """AWS's client for `@connections`, counted; each post is answered at once instead of sent."""

    def answer(request: AWSRequest, **_: Any) -> AWSResponse:
        return AWSResponse(str(request.url), 200, HTTPHeaders(), _NoBody())

    client = stack.count(boto3.client("apigatewaymanagementapi", endpoint_url="http://127.0.0.1:1/prod"))
    client.meta.events.register("before-send", answer)
    posts: ApiGatewayManagementApiClient = client
    return posts


def send_as_the_reference(stack: MotoStack, posts: "ApiGatewayManagementApiClient", pages: Pages) -> int:
    """One message; how many connections got it. It reads the first page; all pages are what it would need."""
    said = message(time.time_ns() % 1_000_000)
    stack.dynamodb.put_item(TableName="messages", Item=_stored(said))
    found: list[str] = []
    for _ in range(SCANS):
        found = list(_scan(stack.dynamodb, pages))
    frame = encode(new_message(said))
    for each in found:
        posts.post_to_connection(ConnectionId=each, Data=frame)
    return len(found)


def _scan(dynamodb: "DynamoDBClient", pages: Pages) -> Iterator[str]:
    answer = dynamodb.scan(TableName=TABLE)
    yield from (item["connectionId"]["S"] for item in answer["Items"])
    while pages == "all pages" and "LastEvaluatedKey" in answer:
        answer = dynamodb.scan(TableName=TABLE, ExclusiveStartKey=answer["LastEvaluatedKey"])
        yield from (item["connectionId"]["S"] for item in answer["Items"])


def _item(number: int) -> dict[str, Any]:
    return {
        "connectionId": {"S": connection_id(number)},
        "userId": {"S": f"0b6f2a52-0000-7000-8000-{number:012d}"},
        "username": {"S": f"User {number}"},
        "connectedAt": {"N": "1763856000000"},
        "ttl": {"N": "9999999999"},
    }


def _stored(said: Message) -> dict[str, Any]:
    values = said.model_dump(by_alias=True)
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in values.items()
    }


class _NoBody(BytesIO):
    """A raw response of urllib3's kind, as far as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield b""
