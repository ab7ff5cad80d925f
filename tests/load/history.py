"""The final check: what the rooms' history holds once everything has settled."""

import json
import time
from urllib.parse import urlencode

import gevent

from tests.load import chat
from tests.load.connection import Closed, Connection, Refused, open_connection
from tests.load.targets import Target
from tests.load.tokens import Tokens

TIMEOUT_SECONDS = 30.0
ATTEMPTS = 5
MARGIN_SECONDS = 120.0  # clocks may differ by the 60 s that the server accepts


class HistoryUnreadable(Exception):
    """The final check could not be made; without it a run proves nothing."""


def read_histories(
    target: Target, tokens: Tokens | None, rooms: list[str], since: float
) -> dict[str, list[str]]:
    """The message ids in each room's history from `since` (epoch s) on.

    Raises:
        HistoryUnreadable: not after several attempts.
    """
    return {room: _read(target, tokens, room, since) for room in rooms}


def _read(target: Target, tokens: Tokens | None, room: str, since: float) -> list[str]:
    problem: Exception = HistoryUnreadable(room)
    for attempt in range(ATTEMPTS):
        try:
            with gevent.Timeout(TIMEOUT_SECONDS):
                return _pages(target, tokens.of(0) if tokens else None, room, since)
        except (Refused, Closed, HistoryUnreadable, gevent.Timeout) as error:
            problem = error if isinstance(error, Exception) else HistoryUnreadable("no answer")
            gevent.sleep(2.0**attempt / 4)
    raise HistoryUnreadable(f"the history of {room} could not be read: {problem}")


def _pages(target: Target, token: str | None, room: str, since: float) -> list[str]:
    query = {"roomId": room} | ({} if token else {"userId": "auditor", "username": "auditor"})
    offered = ["chat.v2", *([f"bearer.{token}"] if token else [])]
    connection = open_connection(f"{target.url}?{urlencode(query)}", offered, TIMEOUT_SECONDS)
    ids: list[str] = []
    cursor: str | None = f"{int((since - MARGIN_SECONDS) * 1000):013d}#"
    try:
        while cursor is not None:
            connection.send(chat.get_messages(room, cursor, f"audit-{time.time_ns()}", token))
            frame = _next_reply(connection)
            if frame["type"] != "messageHistory":
                raise HistoryUnreadable(frame["data"]["code"])
            ids += [message["messageId"] for message in frame["data"]]
            cursor = frame["nextCursor"]
    finally:
        connection.abort()
    return ids


def _next_reply(connection: Connection) -> chat.Message:
    while True:
        frame: chat.Message = json.loads(connection.receive() or "{}")
        if str(frame.get("requestId", "")).startswith("audit-"):
            return frame
