import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fanout.background import Background, Threads
from services.fanout.delivery import Delivery, Fate, Outcome
from services.fanout.ephemeral import STALE_AFTER_MS, Messenger, deliveries_of, tell
from services.fanout.report import Report
from shared.auth.identity import Identity
from shared.jobs import EphemeralEvent, EphemeralJob, EventKind
from shared.stores.connections import HANDSHAKE_SECONDS, Connections, Occupant, ProtocolVersion
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, connection

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ROOM_LIMIT = 4
API_GATEWAY_FRAME_BYTES = 32 * 1024
CAROL = Identity("car01", "Carol")
FOREVER = float("inf")


def job(kind: EventKind, who: Identity, origin: str, *, at: int = NOW, room: str = "global") -> EphemeralJob:
    event = EphemeralEvent(kind=kind, room_id=room, user_id=who.user_id, username=who.username, at=at)
    return EphemeralJob(event=event, exclude=origin)


def occupant(
    connection_id: str, who: Identity = ALICE, protocol: ProtocolVersion = "v2", ttl: int = 0
) -> Occupant:
    return Occupant(connection_id, protocol, who.user_id, who.username, ttl)


def told(jobs: list[EphemeralJob], *occupants: Occupant) -> dict[str, list[dict[str, Any]]]:
    """The frames for each connection."""
    return {
        delivery.connection_id: [json.loads(frame.body) for frame in delivery.frames]
        for delivery in deliveries_of("global", jobs, occupants)
    }


def change(who: Identity, online: bool, at: int = NOW) -> dict[str, Any]:
    return {"userId": who.user_id, "username": who.username, "online": online, "at": at}


def presence(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "presence", "data": {"roomId": "global", "changes": list(changes)}}


def typing(*users: Identity) -> dict[str, Any]:
    people = [{"userId": user.user_id, "username": user.username} for user in users]
    return {"type": "typing", "data": {"roomId": "global", "users": people}}


class TestWhatARoomIsTold:
    def test_v2_connections_are_told_and_v1_connections_never(self) -> None:
        jobs = [job("joined", BOB, "b="), job("typing", BOB, "b=")]

        assert told(jobs, occupant("a="), occupant("old=", CAROL, "v1")) == {
            "a=": [presence(change(BOB, True)), typing(BOB)]
        }

    def test_a_crowd_that_comes_at_once_is_told_in_frames_that_fit(self) -> None:
        crowd = [Identity(f"u{number}", "\U0001f468" * 100) for number in range(300)]
        jobs = [job("joined", each, f"{each.user_id}=") for each in crowd]

        (delivery,) = deliveries_of("global", jobs, [occupant("a=")])

        frames = [json.loads(frame.body)["data"]["changes"] for frame in delivery.frames]
        assert [each["userId"] for changes in frames for each in changes] == [each.user_id for each in crowd]
        assert all(len(frame.body) < API_GATEWAY_FRAME_BYTES for frame in delivery.frames)

    def test_nobody_is_told_of_what_comes_from_the_own_connection(self) -> None:
        jobs = [job("joined", BOB, "b="), job("typing", ALICE, "a=")]

        frames = told(jobs, occupant("a="), occupant("b=", BOB), occupant("c=", CAROL))

        assert frames == {
            "a=": [presence(change(BOB, True))],
            "b=": [typing(ALICE)],
            "c=": [presence(change(BOB, True)), typing(ALICE)],
        }

    def test_of_each_user_the_newest_change_is_told(self) -> None:
        jobs = [
            job("left", BOB, "b=", at=NOW + 5),
            job("joined", BOB, "b=", at=NOW),
            job("joined", CAROL, "c=", at=NOW + 1),
        ]

        (frame,) = told(jobs, occupant("a="))["a="]

        assert frame == presence(change(BOB, False, NOW + 5), change(CAROL, True, NOW + 1))

    def test_of_changes_in_the_same_millisecond_coming_counts(self) -> None:
        jobs = [job("joined", BOB, "b2="), job("left", BOB, "b1=")]

        assert told(jobs, occupant("a=")) == {"a=": [presence(change(BOB, True))]}
        assert told(jobs[::-1], occupant("a=")) == {"a=": [presence(change(BOB, True))]}

    def test_who_still_has_another_connection_has_not_left(self) -> None:
        assert told([job("left", BOB, "b1=")], occupant("a="), occupant("b2=", BOB)) == {}

    def test_the_connection_that_left_does_not_count_though_the_index_still_shows_it(self) -> None:
        assert told([job("left", BOB, "b1=")], occupant("a="), occupant("b1=", BOB)) == {
            "a=": [presence(change(BOB, False))]
        }

    def test_who_replaces_a_connection_has_not_come(self) -> None:
        here = [occupant("a="), occupant("b1=", BOB, ttl=1), occupant("b2=", BOB, ttl=2)]

        assert told([job("joined", BOB, "b2=")], *here) == {}
        assert told([job("left", BOB, "b1="), job("joined", BOB, "b2=")], *here)["a="]

    def test_a_connection_that_the_index_does_not_show_yet_is_told(self) -> None:
        jobs = [job("joined", BOB, "b2=")]

        assert told(jobs, occupant("a="), occupant("b1=", BOB))["a="] == [presence(change(BOB, True))]

    @given(ttls=st.lists(st.integers(0, 2), min_size=1, max_size=4), order=st.randoms())
    def test_of_connections_that_join_at_once_one_is_told_in_any_order(
        self, ttls: list[int], order: random.Random
    ) -> None:
        joining = [occupant(f"b{number}=", BOB, ttl=ttl) for number, ttl in enumerate(ttls)]
        batches = [[job("joined", BOB, each.connection_id)] for each in joining]
        order.shuffle(batches)

        heard = [frames for jobs in batches if (frames := told(jobs, occupant("a="), *joining).get("a="))]

        assert heard == [[presence(change(BOB, True))]]

    def test_two_tabs_that_close_at_once_are_no_proof_of_each_other(self) -> None:
        jobs = [job("left", BOB, "b1="), job("left", BOB, "b2=", at=NOW + 1)]
        lagging = [occupant("a="), occupant("b1=", BOB), occupant("b2=", BOB)]

        assert told(jobs, *lagging)["a="] == [presence(change(BOB, False, NOW + 1))]


class Endpoint:
    """Connections that take what they are told, but for those in `fates`."""

    def __init__(self) -> None:
        self.fates: dict[str, Fate] = {}
        self.got: dict[str, list[str]] = {}
        self.deadlines: list[float] = []

    def post(self, deliveries: Iterable[Delivery[str]], deadline: float) -> Iterator[Outcome[str]]:
        self.deadlines.append(deadline)
        for delivery in deliveries:
            fate = self.fates.get(delivery.connection_id, Fate.DELIVERED)
            settled = 0
            if fate is Fate.DELIVERED:
                settled = len(delivery.frames)
                types = [json.loads(frame.body)["type"] for frame in delivery.frames]
                self.got.setdefault(delivery.connection_id, []).extend(types)
            yield Outcome(delivery, fate, settled, (), fate.name)


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def background() -> Background:
    return Threads(4, time.monotonic)


@pytest.fixture
def messenger(connections: Connections, endpoint: Endpoint, background: Background) -> Messenger:
    return Messenger(connections, endpoint.post, ROOM_LIMIT, background, time.monotonic)


@pytest.fixture
def dropped(capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, float]]:
    """The events dropped so far, by reason, as the metrics say it."""

    def read() -> dict[str, float]:
        lines = [
            json.loads(line) for line in capsys.readouterr().out.splitlines() if "EphemeralDropped" in line
        ]
        return {line["reason"]: line["EphemeralDropped"][0] for line in lines}

    return read


Dropped = Callable[[], dict[str, float]]


class TestTelling:
    def test_each_room_is_told_its_own(
        self, messenger: Messenger, connections: Connections, endpoint: Endpoint, report: Report
    ) -> None:
        connections.put(connection("a="))
        connections.put(connection("k=", room="kitchen"))

        jobs = [job("typing", BOB, "b="), job("joined", BOB, "b=", room="kitchen")]
        tell(jobs, messenger, report, now=NOW, deadline=FOREVER)

        assert endpoint.got == {"a=": ["typing"], "k=": ["presence"]}

    def test_what_is_stale_is_dropped(
        self,
        messenger: Messenger,
        connections: Connections,
        endpoint: Endpoint,
        report: Report,
        dropped: Dropped,
    ) -> None:
        connections.put(connection("a="))

        late = job("typing", BOB, "b=", at=NOW - STALE_AFTER_MS - 1)
        tell(
            [late, job("typing", CAROL, "c=", at=NOW - STALE_AFTER_MS)],
            messenger,
            report,
            now=NOW,
            deadline=FOREVER,
        )

        assert endpoint.got == {"a=": ["typing"]}
        assert dropped() == {"stale": 1}

    def test_above_the_limit_nobody_is_told(
        self,
        messenger: Messenger,
        connections: Connections,
        endpoint: Endpoint,
        report: Report,
        dropped: Dropped,
    ) -> None:
        for number in range(ROOM_LIMIT):
            connections.put(connection(f"a{number}="))
        tell([job("typing", BOB, "b=")], messenger, report, now=NOW, deadline=FOREVER)
        assert len(endpoint.got) == ROOM_LIMIT

        connections.put(connection("one more="))
        tell([job("joined", BOB, "b=")], messenger, report, now=NOW, deadline=FOREVER)

        assert set(map(tuple, endpoint.got.values())) == {("typing",)}
        assert dropped() == {"room_too_large": 1}

    def test_a_gone_connection_is_forgotten_and_a_failing_one_left_alone(
        self,
        messenger: Messenger,
        connections: Connections,
        endpoint: Endpoint,
        report: Report,
        dropped: Dropped,
    ) -> None:
        connections.put(connection("gone="))
        connections.put(connection("slow="))
        endpoint.fates = {"gone=": Fate.GONE, "slow=": Fate.TRANSIENT}

        later = NOW + (HANDSHAKE_SECONDS + 1) * 1000
        tell([job("typing", BOB, "b=", at=later)], messenger, report, now=later, deadline=FOREVER)

        assert connections.find("gone=", NOW_SECONDS) is None
        assert connections.find("slow=", NOW_SECONDS) is not None
        assert dropped() == {"failed": 1}

    def test_an_expired_connection_is_not_told(
        self, messenger: Messenger, connections: Connections, endpoint: Endpoint, report: Report
    ) -> None:
        connections.put(connection("old=", ttl=NOW_SECONDS))

        tell([job("typing", BOB, "b=")], messenger, report, now=NOW, deadline=FOREVER)

        assert endpoint.got == {}

    def test_a_room_that_cannot_be_read_is_not_told(
        self,
        dynamodb: "DynamoDBClient",
        endpoint: Endpoint,
        background: Background,
        report: Report,
        dropped: Dropped,
    ) -> None:
        nowhere = Connections(dynamodb, "no-such-table")
        broken = Messenger(nowhere, endpoint.post, ROOM_LIMIT, background, time.monotonic)

        tell([job("typing", BOB, "b="), job("left", BOB, "b=")], broken, report, now=NOW, deadline=FOREVER)

        assert dropped() == {"failed": 2}

    def test_where_the_messages_took_all_the_time_nothing_is_begun(
        self,
        messenger: Messenger,
        connections: Connections,
        endpoint: Endpoint,
        report: Report,
        dropped: Dropped,
    ) -> None:
        connections.put(connection("a="))

        tell([job("typing", BOB, "b=")], messenger, report, now=NOW, deadline=time.monotonic() + 1)

        assert endpoint.got == {}
        assert dropped() == {"failed": 1}

    def test_no_fault_of_its_own_reaches_the_batch(
        self, messenger: Messenger, connections: Connections, report: Report, dropped: Dropped
    ) -> None:
        connections.put(connection("a="))

        def crash(_deliveries: Iterable[Delivery[str]], _deadline: float) -> Iterator[Outcome[str]]:
            raise ZeroDivisionError

        broken = replace(messenger, post=crash)
        tell([job("typing", BOB, "b=")], broken, report, now=NOW, deadline=FOREVER)

        assert dropped() == {"failed": 1}
