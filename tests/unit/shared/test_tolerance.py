"""When a connection that is refused again and again is closed, and when not."""

import pytest

from shared.protocol.refusals import (
    Banned,
    Forbidden,
    InvalidContent,
    InvalidFrame,
    RateLimited,
    Refusal,
    TokenExpired,
    Unauthenticated,
    UnknownAction,
)
from shared.tolerance import REFUSALS_LIMIT, REFUSALS_LIMIT_WITHOUT_TOKEN, WINDOW_SECONDS, Tolerance


class Watched:
    """Tolerance with a clock to turn; keeps what it closed."""

    def __init__(self) -> None:
        self.now = 0.0
        self.closed: list[str] = []
        self.tolerance = Tolerance(self.closed.append, lambda: self.now)

    def refuse(self, times: int, refusal: Refusal, connection_id: str = "c1") -> None:
        for _ in range(times):
            self.tolerance.refused(connection_id, refusal)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.mark.parametrize(
    ("refusal", "limit"),
    [
        (Banned(""), REFUSALS_LIMIT),
        (Unauthenticated(""), REFUSALS_LIMIT_WITHOUT_TOKEN),
        (TokenExpired(""), REFUSALS_LIMIT),
        (RateLimited("", retry_after_ms=100), REFUSALS_LIMIT),
        (InvalidFrame(""), REFUSALS_LIMIT),
        (UnknownAction(""), REFUSALS_LIMIT),
    ],
)
def test_who_does_not_heed_what_they_are_told_is_closed(
    watched: Watched, refusal: Refusal, limit: int
) -> None:
    watched.refuse(limit - 1, refusal)
    assert watched.closed == []

    watched.refuse(1, refusal)
    assert watched.closed == ["c1"]


@pytest.mark.parametrize("refusal", [Forbidden(""), InvalidContent(""), RateLimited("")])
def test_what_an_honest_client_may_run_into_again_and_again_closes_nothing(
    watched: Watched, refusal: Refusal
) -> None:
    watched.refuse(10 * REFUSALS_LIMIT, refusal)

    assert watched.closed == []


def test_each_connection_has_tolerance_of_its_own(watched: Watched) -> None:
    for number in range(REFUSALS_LIMIT):
        watched.refuse(1, Unauthenticated(""), f"c{number}")

    assert watched.closed == []


def test_patience_comes_back(watched: Watched) -> None:
    watched.refuse(REFUSALS_LIMIT - 1, TokenExpired(""))
    watched.now = WINDOW_SECONDS
    watched.refuse(REFUSALS_LIMIT - 1, TokenExpired(""))

    assert watched.closed == []


def test_a_connection_that_would_not_close_is_closed_later(watched: Watched) -> None:
    def fail(_connection_id: str) -> None:
        raise TimeoutError

    close, watched.tolerance._close = watched.tolerance._close, fail
    with pytest.raises(TimeoutError):
        watched.refuse(REFUSALS_LIMIT, TokenExpired(""))
    watched.tolerance._close = close
    watched.refuse(REFUSALS_LIMIT, TokenExpired(""))

    assert watched.closed == ["c1"]
