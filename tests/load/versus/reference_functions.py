"""The reference's algorithm as Lambda functions, in one file that is deployed as it stands.

A send does everything itself: it scans the table of all connections for the sender, stores the message, scans
again for the receivers, and posts to every one, whatever its room. A post that fails is a line in the log.
Nothing here is slower than it must be: clients are made once, and posts run side by side.
"""

import json
import logging
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

Event = dict[str, Any]
Answer = dict[str, int]

# As many sockets as the AWS SDK for JavaScript v3 opens to a host by default, which the reference uses.
POSTS_AT_ONCE = 50
LIFETIME_SECONDS = 24 * 3600
PAGE_MESSAGES = 50
LARGEST_PAGE_MESSAGES = 100
DONE: Answer = {"statusCode": 200}
REFUSED: Answer = {"statusCode": 400}

# `standard` is what the reference's SDK does as well: three attempts, with jittered back-off.
_CONFIG = Config(retries={"mode": "standard"}, max_pool_connections=POSTS_AT_ONCE)
_dynamodb = boto3.resource("dynamodb", config=_CONFIG)
_connections = _dynamodb.Table(os.environ["CONNECTIONS_TABLE"])
_messages = _dynamodb.Table(os.environ["MESSAGES_TABLE"])
_posts = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CALLBACK_URL"], config=_CONFIG)
_logger = logging.getLogger(__name__)
_pool = ThreadPoolExecutor(POSTS_AT_ONCE)


def connect(event: Event, _context: object) -> Answer:
    """`$connect`: believes the query."""
    query, now = event.get("queryStringParameters") or {}, time.time()
    _connections.put_item(
        Item={
            "connectionId": event["requestContext"]["connectionId"],
            "userId": query.get("userId", "anonymous"),
            "username": query.get("username", "Anonymous"),
            "connectedAt": int(now * 1000),
            "ttl": int(now) + LIFETIME_SECONDS,
        }
    )
    return DONE


def disconnect(event: Event, _context: object) -> Answer:
    """`$disconnect`."""
    _connections.delete_item(Key={"connectionId": event["requestContext"]["connectionId"]})
    return DONE


def send_message(event: Event, _context: object) -> Answer:
    """`sendMessage`: store and broadcast, in one go."""
    data, sender = _data(event), _sender(event["requestContext"]["connectionId"])
    content = str(data.get("content", "")).strip()
    if sender is None or not content:
        return REFUSED
    created_at, message_id = int(time.time() * 1000), str(uuid.uuid4())
    message = {
        "roomId": data.get("roomId", "global"),
        "sortKey": f"{created_at}#{message_id}",
        "messageId": message_id,
        "userId": sender["userId"],
        "username": sender["username"],
        "content": content,
        "createdAt": created_at,
    }
    _messages.put_item(Item=message)
    frame = json.dumps({"type": "newMessage", "data": message}).encode()
    list(_pool.map(lambda each: _post(each["connectionId"], frame), _scan()))
    return DONE


def get_messages(event: Event, _context: object) -> Answer:
    """`getMessages`: the newest of a room, oldest first, posted to the one who asks."""
    data = _data(event)
    found = _messages.query(
        KeyConditionExpression="roomId = :room",
        ExpressionAttributeValues={":room": data.get("roomId", "global")},
        ScanIndexForward=False,
        Limit=min(int(data.get("limit", PAGE_MESSAGES)), LARGEST_PAGE_MESSAGES),
    )["Items"]
    page = [{**item, "createdAt": int(str(item["createdAt"]))} for item in reversed(found)]
    frame = json.dumps({"type": "messageHistory", "data": page}).encode()
    _post(event["requestContext"]["connectionId"], frame)
    return DONE


def _data(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(event["body"]).get("data", {})
    return data


def _sender(connection_id: str) -> dict[str, Any] | None:
    return next((each for each in _scan() if each["connectionId"] == connection_id), None)


def _scan() -> list[dict[str, Any]]:
    """The first page, 1 MB: the reference reads no other."""
    return _connections.scan()["Items"]


def _post(connection_id: str, frame: bytes) -> None:
    try:
        _posts.post_to_connection(ConnectionId=connection_id, Data=frame)
    except (BotoCoreError, ClientError) as error:
        _logger.warning("post to %s failed: %s", connection_id, error)
