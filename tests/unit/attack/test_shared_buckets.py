"""What all users share at the gateway is not used up by one socket: limits and closing come first."""

import random

import pytest

from infra.edge.settings import Limits
from infra.edge.throttle import TokenBucket
from shared.protocol.refusals import RateLimited, Refusal, Unauthenticated
from shared.rate import Bucket
from shared.tolerance import Tolerance

SECONDS = 30
FLOOD_A_SECOND = 3_516  # what one socket sent on loopback (the attack of 705c362)
HONEST_A_SECOND = 1_000
PROCESSES = 100  # as many as 10,000 frames a second of 10 ms keep busy
CLOSED_AFTER_SECONDS = 0.2  # by a post to @connections
OPENED_AGAIN_AFTER_SECONDS = 1.0  # CONNECT_LIMIT, once its burst is spent
TYPING = Bucket(burst=20, every_ms=500)


class Socket:
    """A hostile socket: it sends without a pause, and is opened again whenever it was closed."""

    def __init__(self) -> None:
        self.opens_at = 0.0
        self.closes_at = float("inf")

    def close(self, now: float) -> None:
        self.closes_at = min(self.closes_at, now + CLOSED_AFTER_SECONDS)

    def is_open(self, now: float) -> bool:
        if now >= self.closes_at:
            self.opens_at = self.closes_at + OPENED_AGAIN_AFTER_SECONDS
            self.closes_at = float("inf")
        return now >= self.opens_at


def honest_frames_refused(shared: TokenBucket, kind: type[Refusal]) -> int:
    """How many honest frames the gateway throttles beside a flood that the functions refuse in that way."""
    chance = random.Random(1)
    socket, now, spent_until, refused = Socket(), 0.0, 0, 0
    tolerances = [
        Tolerance(lambda _connection: socket.close(now), clock=lambda: now) for _ in range(PROCESSES)
    ]
    flood = [(at / FLOOD_A_SECOND, True) for at in range(SECONDS * FLOOD_A_SECOND)]
    honest = [(at / HONEST_A_SECOND, False) for at in range(SECONDS * HONEST_A_SECOND)]
    for now, is_hostile in sorted(flood + honest):
        if not is_hostile:
            refused += not shared.take(now)
        elif socket.is_open(now) and shared.take(now):
            wait = TYPING.wait_ms(spent_until, int(now * 1000))
            if kind is RateLimited and not wait:
                spent_until = TYPING.after_one(spent_until, int(now * 1000))
            else:
                refusal = kind("no", retry_after_ms=wait)
                tolerances[chance.randrange(PROCESSES)].refused("mallory=", refusal)
    return refused


@pytest.mark.parametrize("kind", [RateLimited, Unauthenticated])
def test_one_socket_uses_up_nothing_that_all_share(kind: type[Refusal]) -> None:
    limits = Limits()
    account = TokenBucket(limits.requests_per_second, limits.request_burst, 0.0)

    assert honest_frames_refused(account, kind) == 0


def test_it_would_use_up_a_throttle_of_the_route() -> None:
    assert honest_frames_refused(TokenBucket(1_250, 250, 0.0), RateLimited) > HONEST_A_SECOND
