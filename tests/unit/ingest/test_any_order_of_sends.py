"""Any interleaving of sends, repetitions, lost answers and clocks, call by call, on the real repositories.

Each attempt is a greenlet that hands over before each of its calls; hypothesis decides who goes on, and what
becomes of the call.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ReadTimeoutError
from greenlet import greenlet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest.republishing import REPUBLISH_EVERY_MS
from services.ingest.sending import send
from shared.protocol.frames import SendMessage
from shared.protocol.message import Message
from shared.protocol.refusals import Refusal, Unavailable
from shared.rate import Bucket
from shared.stores.messages import Messages, Span
from shared.stores.sends import Sends
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import ALICE, NOW

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CLIENT_IDS = 2
CALLS = frozenset({"transact_write_items", "update_item", "get_item"})
FATES = ("done", "done", "done, unanswered", "not done", "function dies")
# Clocks of hosts, far worse than AWS's; odd, so that no two attempts have the same time.
SKEWS_MS = st.integers(min_value=-3_000, max_value=3_000).map(lambda half: 2 * half + 1)

Attempts = list[tuple[int, int, int]]
"""The client's id by number, the time since the attempt before, the error of the host's clock; in ms."""
Schedule = list[tuple[int, str]]
"""Which of the attempts under way goes on, and what becomes of its call."""


class FunctionDied(BaseException):
    """The function is gone in the middle of it."""


@dataclass
class Seen:
    """What came of the attempts, by the number of the client's id; times are those of the attempts."""

    acknowledged: dict[int, list[Message]] = field(default_factory=dict)
    published: dict[int, list[int]] = field(default_factory=dict)
    acknowledged_before_published: int = 0


def suffer(call: Callable[[], Any]) -> Any:
    """Let the scheduler decide when the call is made and what becomes of it."""
    fate = greenlet.getcurrent().parent.switch()
    if fate == "not done":
        raise ReadTimeoutError(endpoint_url="aws")
    answer = call()
    if fate == "done, unanswered":
        raise ReadTimeoutError(endpoint_url="aws")
    if fate == "function dies":
        raise FunctionDied
    return answer


class Interrupted:
    """A DynamoDB client whose calls suffer."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        return (lambda **request: suffer(lambda: call(**request))) if name in CALLS else call


class World:
    """One room, one user, and what they see."""

    def __init__(self, dynamodb: "DynamoDBClient") -> None:
        client: Any = Interrupted(dynamodb)
        self.room = uuid4().hex  # hypothesis runs many worlds in one store
        self.ids = [uuid4() for _ in range(CLIENT_IDS)]
        self.seen = Seen()
        self.clock = NOW
        self._stores = {
            "sends": Sends(client, "messages", "users", "memberships", Bucket(burst=1_000, every_ms=1)),
            "messages": Messages(client, "messages"),
        }
        self._history = Messages(dynamodb, "messages")

    def history(self) -> list[Message]:
        return self._history.of_room(self.room, Span(100)).messages

    def invoke(self, number: int, now: int) -> greenlet:
        """One invocation for a frame with that client's id, begun; it waits before its first call."""

        def publish(_message: Message) -> None:
            try:
                suffer(lambda: self.seen.published.setdefault(number, []).append(now))
            except ReadTimeoutError as error:
                raise Unavailable("no answer") from error

        def act() -> None:
            frame = SendMessage(content="Hello", room_id=self.room, client_message_id=self.ids[number])
            stores: Any = self._stores
            try:
                said = send(
                    frame, ALICE, **stores, publish=publish, now=now, random_bytes=now.to_bytes(10, "big")
                )
                self.seen.acknowledged.setdefault(number, []).append(said)
                self.seen.acknowledged_before_published += number not in self.seen.published
            except (Refusal, FunctionDied):
                return

        invocation = greenlet(act)
        invocation.switch()
        return invocation


def let_happen(world: World, attempts: Attempts, schedule: Schedule) -> list[int]:
    """All attempts, overlapping as scheduled; the times by the hosts' clocks."""
    under_way, times = [], []
    for number, later_by, skew in attempts:
        world.clock += 2 * later_by
        times.append(world.clock + skew)
        under_way.append(world.invoke(number, times[-1]))
    decided = iter(schedule)
    while under_way := [each for each in under_way if not each.dead]:
        which, fate = next(decided, (0, "done"))
        under_way[which % len(under_way)].switch(fate)
    return times


def until_acknowledged(world: World, number: int) -> Message:
    """The client repeats until it is answered, as nothing fails any more."""
    before = len(world.seen.acknowledged.get(number, []))
    while len(world.seen.acknowledged.get(number, [])) == before:
        world.clock += REPUBLISH_EVERY_MS
        let_happen(world, [(number, 0, 10_001)], [])
    return world.seen.acknowledged[number][-1]


@given(
    st.lists(
        st.tuples(st.integers(0, CLIENT_IDS - 1), st.integers(0, 3_000), SKEWS_MS),
        min_size=1,
        max_size=6,
        unique_by=lambda attempt: attempt[2],
    ),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(FATES)), max_size=24),
)
@settings(max_examples=of_fifty(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_id_is_one_message_acknowledged_alike_in_the_servers_order(
    dynamodb: "DynamoDBClient", attempts: Attempts, schedule: Schedule
) -> None:
    world = World(dynamodb)

    times = let_happen(world, attempts, schedule)
    for number in {number for number, _, _ in attempts}:
        until_acknowledged(world, number)

    history = world.history()
    by_id = {each.client_message_id: each for each in history}
    assert len(by_id) == len(history), "each client's id is stored once"
    for number, acknowledged in world.seen.acknowledged.items():
        stored = by_id[str(world.ids[number])]
        assert all(each == stored for each in acknowledged), "each is acknowledged as it is stored"
    assert world.seen.acknowledged_before_published == 0
    assert history == sorted(history, key=lambda each: (each.created_at, each.message_id))
    assert {each.created_at for each in history} <= {*times, *range(NOW, world.clock + 10_002)}
    for number, published in world.seen.published.items():
        again = sorted(at for at in published if at != by_id[str(world.ids[number])].created_at)
        assert all(later - at >= REPUBLISH_EVERY_MS for at, later in pairwise(again)), "now and then"
