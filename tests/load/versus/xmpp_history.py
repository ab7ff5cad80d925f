"""The final check of a swarm that speaks XMPP: what the rooms' archives hold once everything has settled."""

from functools import partial
from uuid import uuid4

from tests.load.accounting import Stored
from tests.load.connection import Connection
from tests.load.history import TIMEOUT_SECONDS, HistoryUnreadable, patiently
from tests.load.plan import Plan
from tests.load.versus import xmpp
from tests.load.versus.prosody import room_address
from tests.load.versus.xmpp_stream import next_stanza, open_stream


def read_archives(plan: Plan, rooms: list[str]) -> dict[str, list[Stored]]:
    """Read the swarm's messages in the whole archive of each room; each run has rooms of its own.

    Raises:
        HistoryUnreadable: not after several attempts.
    """
    url = plan.target.url
    return {
        room: patiently(f"the archive of {room}", partial(_read, url, room_address(room))) for room in rooms
    }


def _read(url: str, room: str) -> list[Stored]:
    try:
        connection = open_stream(url, TIMEOUT_SECONDS)
        try:
            return _pages(connection, room)
        finally:
            connection.abort()
    except xmpp.NotXmpp as error:
        raise HistoryUnreadable(str(error)) from error


def _pages(connection: Connection, room: str) -> list[Stored]:
    found: list[Stored] = []
    after: str | None = None
    while True:
        page, after = _page(connection, room, after)
        found += page
        if after is None:
            return found


def _page(connection: Connection, room: str, after: str | None) -> tuple[list[Stored], str | None]:
    query_id, found = str(uuid4()), []
    connection.send(xmpp.read_archive(room, query_id, after))
    while True:
        stanza = next_stanza(connection)
        if stored := xmpp.archived_in(stanza):
            found.append(stored)
        elif end := xmpp.page_end_in(stanza, query_id):
            return found, end.after
        elif stanza.get("type") == "error":
            raise HistoryUnreadable(f"{room} refuses its archive")
