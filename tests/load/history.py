"""The final check: what the rooms' history holds once everything has settled.

A swarm of v1 clients alone is checked by a v1 client, whose history ends at the newest 100 messages.
"""

import json
import time
from collections.abc import Callable
from urllib.parse import urlencode

import gevent

from tests.load import chat
from tests.load.accounting import Sent, Stored
from tests.load.connection import Closed, Connection, Refused, open_connection
from tests.load.targets import Target
from tests.load.tokens import SignInFailed, Tokens

TIMEOUT_SECONDS = 30.0
ATTEMPTS = 5
AUDITOR = {"userId": "auditor", "username": "auditor"}
MARGIN_SECONDS = 120.0  # the swarm's clock and the server's are not one


class HistoryUnreadable(Exception):
    """The final check could not be made; without it a run proves nothing."""


def read_histories(
    target: Target, tokens: Tokens | None, rooms: list[str], since: float, *, v1: bool
) -> dict[str, list[Stored]]:
    """The swarm's messages in each room's history from `since` (epoch s) on.

    Raises:
        HistoryUnreadable: not after several attempts.
    """
    return {room: _read(target, tokens, room, since, v1=v1) for room in rooms}


def _read(target: Target, tokens: Tokens | None, room: str, since: float, *, v1: bool) -> list[Stored]:
    def read() -> list[Stored]:
        token = tokens.of(0) if tokens else None
        found = _newest_page(target, token, room) if v1 else _pages(target, token, room, since)
        return [stored for message in found if (stored := _stored(message))]

    return patiently(f"the history of {room}", read)


def patiently(what: str, read: Callable[[], list[Stored]]) -> list[Stored]:
    """Read again until it succeeds, each time with `TIMEOUT_SECONDS`.

    Raises:
        HistoryUnreadable: not after several attempts.
    """
    problem: Exception = HistoryUnreadable(what)
    for attempt in range(ATTEMPTS):
        try:
            with gevent.Timeout(TIMEOUT_SECONDS):
                return read()
        except (Refused, Closed, HistoryUnreadable, SignInFailed, gevent.Timeout) as error:
            problem = error if isinstance(error, Exception) else HistoryUnreadable("no answer")
            gevent.sleep(2.0**attempt / 4)
    raise HistoryUnreadable(f"{what} could not be read: {problem}")


def _stored(message: chat.Message) -> Stored | None:
    sent = Sent.of_content(message["content"])
    return Stored(message["messageId"], message["sortKey"], sent) if sent else None


def _newest_page(target: Target, token: str | None, room: str) -> list[chat.Message]:
    query = {"roomId": room} | ({"token": token} if token else AUDITOR)
    connection = open_connection(f"{target.url}?{urlencode(query)}", [], TIMEOUT_SECONDS)
    try:
        connection.send(chat.get_messages_v1(room, token))
        page: list[chat.Message] = _next_frame(connection, lambda frame: frame["type"] == "messageHistory")[
            "data"
        ]
    finally:
        connection.abort()
    if len(page) == chat.PAGE_MESSAGES:
        raise HistoryUnreadable(f"protocol v1 shows the newest {chat.PAGE_MESSAGES} messages, not all")
    return page


def _pages(target: Target, token: str | None, room: str, since: float) -> list[chat.Message]:
    query = {"roomId": room} | ({} if token else AUDITOR)
    offered = ["chat.v2", *([f"bearer.{token}"] if token else [])]
    connection = open_connection(f"{target.url}?{urlencode(query)}", offered, TIMEOUT_SECONDS)
    found: list[chat.Message] = []
    cursor: str | None = f"{int((since - MARGIN_SECONDS) * 1000):013d}#"
    try:
        while cursor is not None:
            connection.send(chat.get_messages(room, cursor, f"audit-{time.time_ns()}", token))
            frame = _next_frame(connection, _answers_audit)
            if frame["type"] != "messageHistory":
                raise HistoryUnreadable(frame["data"]["code"])
            found += frame["data"]
            cursor = frame["nextCursor"]
    finally:
        connection.abort()
    return found


def _answers_audit(frame: chat.Message) -> bool:
    return str(frame.get("requestId", "")).startswith("audit-")


def _next_frame(connection: Connection, wanted: Callable[[chat.Message], bool]) -> chat.Message:
    while True:
        frame: chat.Message = json.loads(connection.receive() or "{}")
        if frame and wanted(frame):
            return frame
