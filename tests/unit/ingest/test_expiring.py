"""When connections with expired tokens are closed, in a minute of virtual time after minute."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.topology.file import load_topology
from services.ingest.expiring import Closer, Run, close_expired
from shared.protocol.refusals import RateLimited
from shared.stores.connections import EXPIRY_GRACE_SECONDS, Connection, Connections
from shared.stores.expiries import Expiries, Expiry
from tests.unit.examples import NOW_SECONDS, connection

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@dataclass
class Scene(Expiries, Connections):
    """Stores, an API and a clock; `renewals` are shown at their times, `(at, ttl)` by connection."""

    now: float = float(NOW_SECONDS)
    by_key: dict[tuple[int, str], Expiry] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    renewals: dict[str, tuple[float, int]] = field(default_factory=dict)
    closed_at: dict[str, float] = field(default_factory=dict)
    trouble: OSError | None = None
    broken: frozenset[str] = frozenset()
    seconds_each: float = 0.0

    last: Run = field(default_factory=Run)

    def opened(self, connection_id: str, ttl: int) -> None:
        self.rows[connection_id] = ttl
        self.note(Expiry(ttl, connection_id))

    @property
    def notes(self) -> set[Expiry]:
        return set(self.by_key.values())

    def note(self, expiry: Expiry) -> None:
        self.by_key[expiry.ends_at // 60, expiry.connection_id] = expiry

    def forget(self, expiry: Expiry) -> None:
        self.by_key.pop((expiry.ends_at // 60, expiry.connection_id), None)

    def within(self, begin: int, end: int) -> Iterator[Expiry]:
        yield from [each for each in self.notes if begin // 60 <= each.ends_at // 60 <= end // 60]

    def stored(self, connection_id: str) -> list[Connection]:
        self.now += self.seconds_each
        if connection_id in self.broken:
            raise RateLimited("too many requests at once")
        ttl = self.rows.get(connection_id)
        at, renewed = self.renewals.get(connection_id, (float("inf"), 0))
        return [] if ttl is None else [connection(connection_id, ttl=renewed if at <= self.now else ttl)]

    def renew(self, connection: Connection, ttl: int) -> None:
        raise AssertionError("each of these connections is in one room")

    def close(self, connection_id: str) -> None:
        if self.trouble:
            raise self.trouble
        self.closed_at[connection_id] = self.now
        self.rows.pop(connection_id, None)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self) -> list[str]:
        with ThreadPoolExecutor(1) as executor:
            closer = Closer(self, self, self.close, _AtOnce(executor), lambda: self.now, self.sleep)
            self.last = close_expired(closer)
            return list(self.last.endings)

    def minutes(self, count: int) -> None:
        """Run once a minute, as the schedule does."""
        for number in range(count):
            self.now = max(self.now, NOW_SECONDS + 60.0 * number)
            self.run()


class _AtOnce(ThreadPoolExecutor):
    """Runs what is submitted before the clock goes on."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor

    def submit(self, *args, **kwargs):  # type: ignore[no-untyped-def]  # as its base
        future = self._executor.submit(*args, **kwargs)
        future.exception()
        return future


@given(expires=st.lists(st.integers(0, 1_200), min_size=1, max_size=20, unique=True))
def test_a_connection_is_closed_within_a_minute_of_its_token_and_not_before_its_grace(
    expires: list[int],
) -> None:
    scene = Scene()
    for seconds in expires:
        scene.opened(f"c{seconds}", NOW_SECONDS + seconds + EXPIRY_GRACE_SECONDS)

    scene.minutes(23)

    late = {seconds: scene.closed_at[f"c{seconds}"] - NOW_SECONDS - seconds for seconds in expires}
    assert all(EXPIRY_GRACE_SECONDS <= after <= 60 for after in late.values()), late
    assert scene.notes == set()


@given(at=st.integers(0, 600), renewed_for=st.integers(1, 600))
def test_a_newer_token_that_is_shown_in_time_counts_until_it_expires_too(at: int, renewed_for: int) -> None:
    ttl, renewed = NOW_SECONDS + 610, NOW_SECONDS + 610 + renewed_for
    scene = Scene(renewals={"c1": (float(NOW_SECONDS + at), renewed)})
    scene.opened("c1", ttl)

    scene.minutes(25)

    # What is renewed to the minute that is being closed is the next run's.
    assert renewed <= scene.closed_at["c1"] <= renewed + (30 if renewed_for > 60 else 60)
    assert scene.notes == set()


def test_what_could_not_be_closed_in_time_is_closed_though_its_rows_have_expired() -> None:
    scene = Scene(trouble=URLError("no answer"))
    scene.opened("c1", NOW_SECONDS)
    assert scene.run() == ["failed"]
    scene.rows.clear()
    scene.trouble = None
    scene.now += 120

    assert scene.run() == ["closed"]
    assert (list(scene.closed_at), scene.notes) == (["c1"], set())


def test_who_is_gone_is_not_closed() -> None:
    scene = Scene()
    scene.note(Expiry(NOW_SECONDS, "c1"))

    assert scene.run() == ["gone"]
    assert (scene.closed_at, scene.notes) == ({}, set())


@pytest.mark.parametrize(
    ("trouble", "outcome", "kept"),
    [
        (URLError("no answer"), "failed", 1),
        (HTTPError("https://api", HTTPStatus.FORBIDDEN, "", {}, None), "failed", 1),  # type: ignore[arg-type]  # no headers
        (HTTPError("https://api", HTTPStatus.GONE, "", {}, None), "gone", 0),  # type: ignore[arg-type]  # no headers
    ],
)
def test_what_cannot_be_closed_is_tried_by_the_next_run(trouble: OSError, outcome: str, kept: int) -> None:
    scene = Scene(trouble=trouble)
    scene.opened("c1", NOW_SECONDS)

    assert scene.run() == [outcome]
    assert len(scene.notes) == kept


def test_a_run_ends_before_its_function_is_killed_and_the_next_goes_on_where_it_ended() -> None:
    scene = Scene(seconds_each=1.0)
    for number in range(100):
        scene.opened(f"c{number:03d}", NOW_SECONDS - 200 + number)

    for _ in range(3):
        began = scene.now
        scene.run()
        assert scene.now - began <= 0.8 * load_topology().functions["close-expired"].timeout_seconds
        scene.now = began + 60

    assert len(scene.closed_at) == 100
    assert list(scene.closed_at) == sorted(scene.closed_at)
    assert scene.notes == set()


def test_one_that_a_store_fails_for_holds_up_no_other_and_is_told() -> None:
    scene = Scene(broken=frozenset({"c1"}))
    for number in range(3):
        scene.opened(f"c{number}", NOW_SECONDS - 3 + number)

    assert scene.run() == ["closed", "failed", "closed"]
    assert [type(each) for each in scene.last.broken] == [RateLimited]
    assert {each.connection_id for each in scene.notes} == {"c1"}


def test_what_ends_later_is_left_for_later_runs() -> None:
    scene = Scene()
    scene.opened("c1", NOW_SECONDS + 31)

    assert scene.run() == []
    assert scene.now == NOW_SECONDS


def test_a_room_that_was_joined_while_a_newer_token_was_shown_is_heard_as_long_as_the_others(
    connections: Connections, dynamodb: "DynamoDBClient"
) -> None:
    older, newer = NOW_SECONDS + 10, NOW_SECONDS + 3_600
    connections.put(connection("c1=", ttl=newer))
    connections.put(connection("c1=", room="kitchen", ttl=older))
    expiries = Expiries(dynamodb, "expiries")
    expiries.note(Expiry(older, "c1="))
    with ThreadPoolExecutor(1) as executor:
        closer = Closer(expiries, connections, lambda _: None, executor, lambda: float(older), lambda _: None)
        assert close_expired(closer).endings == ["renewed"]

    assert [each.connection_id for each in connections.members("kitchen", newer - 1).members] == ["c1="]
