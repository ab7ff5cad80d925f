"""Frames of the client protocol, as the swarm writes and reads them."""

import json
from typing import Any

from tests.load.accounting import Sent

Message = dict[str, Any]
PAGE_MESSAGES = 100  # the most that a page of history holds, in both versions of the protocol


def send_message(sent: Sent, size: int, room: str, client_message_id: str, token: str | None) -> str:
    """A send whose request id is the sequence number."""
    data = {"content": sent.content(size), "roomId": room, "clientMessageId": client_message_id}
    return _frame("sendMessage", data, f"send-{sent.sequence}", token)


def send_message_v1(sent: Sent, size: int, room: str, token: str | None) -> str:
    """As the reference's clients send: no ids, so nothing can be repeated."""
    frame = {"action": "sendMessage", "data": {"content": sent.content(size), "roomId": room}}
    return json.dumps(frame | {"token": token} if token else frame)


def authenticate(token: str) -> str:
    """A newer token: the connection is delivered to as long as that."""
    return _frame("authenticate", {}, "authenticate", token)


def get_messages(room: str, after: str, request_id: str, token: str | None) -> str:
    return _frame("getMessages", {"roomId": room, "limit": PAGE_MESSAGES, "after": after}, request_id, token)


def get_messages_v1(room: str, token: str | None) -> str:
    """The newest page; v1 knows no other."""
    frame = {"action": "getMessages", "data": {"roomId": room, "limit": PAGE_MESSAGES}}
    return json.dumps(frame | {"token": token} if token else frame)


def _frame(action: str, data: Message, request_id: str, token: str | None) -> str:
    frame = {"action": action, "requestId": request_id, "data": data}
    return json.dumps(frame | {"token": token} if token else frame)


def bad_frames(room: str) -> list[str]:
    """One of each kind that must be answered with an error and close nothing."""
    return [
        "not JSON {",
        "[]",
        json.dumps({"action": "noSuchAction", "requestId": "bad"}),
        json.dumps({"action": "sendMessage", "requestId": "bad"}),
        json.dumps({"action": "sendMessage", "requestId": "bad", "data": {"content": "   ", "roomId": room}}),
        json.dumps({"action": "sendMessage", "requestId": "bad", "data": {"content": "x" * 4001}}),
        json.dumps({"action": "getMessages", "requestId": "bad", "data": {"roomId": "no room!"}}),
        json.dumps({"action": "joinRoom", "requestId": "bad", "data": {"roomId": 7}}),
    ]
