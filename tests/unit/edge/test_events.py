import re
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.parser.models import (
    APIGatewayWebSocketConnectEventModel,
    APIGatewayWebSocketDisconnectEventModel,
    APIGatewayWebSocketMessageEventModel,
)

from infra.edge.events import Client, connect_event, disconnect_event, message_event, new_id
from infra.edge.settings import EdgeSettings

SETTINGS = EdgeSettings.model_validate(
    {"api_id": "abcd1234", "stage": "prod", "routes": {"$default": {"function": "f"}}}
)
NOW = 1_707_502_303_420  # 09/Feb/2024:18:11:43.420 UTC
CLIENT = Client("L0SM9cOFvHcCIhw=", connected_at=NOW - 5_000, source_ip="192.0.2.1", user_agent="test/1")

CONTEXT = {
    "extendedRequestId": "Request1=",
    "requestTime": "09/Feb/2024:18:11:43 +0000",
    "messageDirection": "IN",
    "stage": "prod",
    "connectedAt": NOW - 5_000,
    "requestTimeEpoch": NOW,
    "identity": {"sourceIp": "192.0.2.1", "userAgent": "test/1"},
    "requestId": "Request1=",
    "domainName": "abcd1234.execute-api.us-east-1.amazonaws.com",
    "connectionId": "L0SM9cOFvHcCIhw=",
    "apiId": "abcd1234",
}


def connect(headers: list[tuple[str, str]], query: str = "") -> dict[str, Any]:
    return connect_event(SETTINGS, CLIENT, headers, query, request_id="Request1=", now=NOW)


def test_a_connect_event_has_the_fields_of_aws() -> None:
    event = connect(
        [("Host", "h"), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Origin", "http://o")]
    )

    assert event["requestContext"] == {**CONTEXT, "routeKey": "$connect", "eventType": "CONNECT"}
    assert event["isBase64Encoded"] is False
    assert set(event) == {"headers", "multiValueHeaders", "requestContext", "isBase64Encoded"}
    assert event["headers"].keys() == {
        "Host",
        "Origin",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
    }
    assert re.fullmatch(r"Root=1-65c66adf-[0-9a-f]{24}", event["headers"]["X-Amzn-Trace-Id"])
    parsed = APIGatewayWebSocketConnectEventModel.model_validate(event)
    assert parsed.request_context.connected_at == datetime.fromtimestamp((NOW - 5_000) / 1000, UTC)


def test_query_parameters_are_decoded_and_the_last_of_a_name_counts() -> None:
    event = connect([], "roomId=a%20b&x=1&x=&roomId=c%3D")

    assert event["queryStringParameters"] == {"roomId": "c=", "x": ""}
    assert event["multiValueQueryStringParameters"] == {"roomId": ["a b", "c="], "x": ["1", ""]}


def test_a_repeated_header_keeps_all_its_values() -> None:
    event = connect([("Sec-WebSocket-Protocol", "chat.v2"), ("Sec-WebSocket-Protocol", "bearer.x")])

    assert event["headers"]["Sec-WebSocket-Protocol"] == "bearer.x"
    assert event["multiValueHeaders"]["Sec-WebSocket-Protocol"] == ["chat.v2", "bearer.x"]


def test_a_message_event_has_the_fields_of_aws() -> None:
    event = message_event(SETTINGS, CLIENT, "ask", '{"a":1}', request_id="Request1=", now=NOW)

    message_id = event["requestContext"].pop("messageId")
    assert event == {
        "requestContext": {**CONTEXT, "routeKey": "ask", "eventType": "MESSAGE"},
        "body": '{"a":1}',
        "isBase64Encoded": False,
    }
    event["requestContext"]["messageId"] = message_id
    assert APIGatewayWebSocketMessageEventModel.model_validate(event).request_context.message_id == message_id


def test_a_disconnect_event_has_the_fields_of_aws() -> None:
    event = disconnect_event(SETTINGS, CLIENT, 1005, "why", request_id="Request1=", now=NOW)

    assert event["requestContext"] == {
        **CONTEXT,
        "routeKey": "$disconnect",
        "eventType": "DISCONNECT",
        "disconnectStatusCode": 1005,
        "disconnectReason": "why",
    }
    assert event["headers"] == {
        "Host": "abcd1234.execute-api.us-east-1.amazonaws.com",
        "x-api-key": "",
        "X-Forwarded-For": "",
        "x-restapi": "",
    }
    APIGatewayWebSocketDisconnectEventModel.model_validate(event)


def test_a_client_without_a_user_agent_has_none_in_its_identity() -> None:
    client = Client("a=", NOW, "192.0.2.1", user_agent=None)

    event = message_event(SETTINGS, client, "ask", "", request_id="r=", now=NOW)

    assert event["requestContext"]["identity"] == {"sourceIp": "192.0.2.1"}


def test_ids_look_like_those_of_aws_and_differ() -> None:
    ids = {new_id() for _ in range(1000)}

    assert len(ids) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{15}=", one) for one in ids)
