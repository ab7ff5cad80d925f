"""How many connections a user has, less those that are gone without a word."""

from concurrent.futures import ThreadPoolExecutor
from email.message import Message as Headers
from http import HTTPStatus
from urllib.error import HTTPError

import pytest

from services.ingest.gone import LOOKED_AT, ConnectionLimit
from shared.protocol.refusals import RateLimited
from shared.stores.connections import HANDSHAKE_SECONDS, Connections
from tests.unit.examples import ALICE, NOW_SECONDS, connection

SETTLED = NOW_SECONDS + HANDSHAKE_SECONDS + 1


def gone(connection_id: str) -> None:
    raise HTTPError(connection_id, HTTPStatus.GONE, "Gone", Headers(), None)


def check(connections: Connections, *, limit: int, now: float) -> None:
    with ThreadPoolExecutor(2) as executor:
        ConnectionLimit(limit, connections, gone, executor).check(ALICE.user_id, now)


def test_one_whose_handshake_may_be_under_way_counts_though_it_is_not_there_yet(
    connections: Connections,
) -> None:
    connections.put(connection("young=", ttl=SETTLED + 60))

    with pytest.raises(RateLimited):
        check(connections, limit=1, now=NOW_SECONDS + 1)

    check(connections, limit=1, now=SETTLED)
    assert connections.stored("young=") == []


def test_no_more_than_so_many_are_looked_at(connections: Connections) -> None:
    for number in range(LOOKED_AT + 3):
        connections.put(connection(f"c{number}=", ttl=SETTLED + 60))

    check(connections, limit=LOOKED_AT + 3, now=SETTLED)

    assert len(connections.of_user(ALICE.user_id)) == 3
