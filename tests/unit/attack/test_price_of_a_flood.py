"""What one user can cost an hour by frames without a token, a new socket whenever one is closed.

In virtual time: handshakes by `CONNECT_LIMIT` and what an expulsion takes of it, frames by what one socket
sends, refusals spread over the processes that they keep busy.
"""

import logging
import random

from chatctl.usage import read_prices
from infra.topology.model import Topology
from shared.expelling import WAIT_MS
from shared.protocol.refusals import Unauthenticated
from shared.rate import Bucket
from shared.tolerance import Tolerance
from tests.unit.attack.test_shared_buckets import CLOSED_AFTER_SECONDS, FLOOD_A_SECOND

HOUR_MS = 3_600_000
REFUSAL_SECONDS = 0.01  # of a function, assumed
MEGABYTES = 512
DOLLARS_AN_HOUR = 0.5


def sockets_an_hour(handshakes: Bucket, wait_ms: int) -> int:
    """How many sockets one user opens one after the other, each of which is closed at once."""
    now = spent_until = sockets = 0
    while now < HOUR_MS:
        now += handshakes.wait_ms(spent_until, now)
        spent_until = handshakes.after_one(spent_until, now) + wait_ms
        sockets += 1
    return sockets


def frames_looked_at(chance: random.Random) -> int:
    """How many frames of a socket reach a function before it is closed, and while that takes effect."""
    closed_at: list[float] = []
    now = 0.0
    processes = [
        Tolerance(lambda _connection: closed_at.append(now), clock=lambda: now)
        for _ in range(round(FLOOD_A_SECOND * REFUSAL_SECONDS))
    ]
    frames = 0
    while not closed_at or now < closed_at[0] + CLOSED_AFTER_SECONDS:
        frames += 1
        now = frames / FLOOD_A_SECOND
        chance.choice(processes).refused("mallory=", Unauthenticated("no token"))
    return frames


def usd_of(frames: int) -> float:
    """What so many refused frames cost, nothing free: message, call and its duration."""
    prices = read_prices().prices
    gb_seconds = REFUSAL_SECONDS * MEGABYTES / 1024
    of_one = (
        prices["websocket_message"].usd_per_million
        + prices["lambda_request"].usd_per_million
        + prices["lambda_gb_second"].usd_per_million * gb_seconds
    )
    return frames * of_one / 1e6


def test_an_hour_of_a_flood_costs_less_than_half_a_dollar(topology: Topology) -> None:
    limit = topology.environment["CONNECT_LIMIT"].user_limit
    assert limit is not None
    handshakes = Bucket.of(limit)
    chance = random.Random(1)
    a_socket = frames_looked_at(chance)

    now, before = (usd_of(sockets_an_hour(handshakes, wait) * a_socket) for wait in (WAIT_MS, 0))

    logging.getLogger(__name__).info(
        f"{sockets_an_hour(handshakes, WAIT_MS)} sockets an hour of {a_socket:,} frames: {now:.2f} USD; "
        f"{sockets_an_hour(handshakes, 0):,} and {before:.2f} USD if nobody waited"
    )
    assert now < DOLLARS_AN_HOUR < before
