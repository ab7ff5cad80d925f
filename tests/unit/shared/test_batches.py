"""Many rows are read and written in as few calls as may be; what is given back is asked for again, later.

DynamoDB gives back what it has no throughput for, or what does not fit into an answer, and wants to be left
alone for a while then (API reference of BatchGetItem and BatchWriteItem). Moto takes and gives everything.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from shared.protocol.refusals import RateLimited
from shared.rights import RoomAction
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.dynamodb import BATCH_ATTEMPTS, batch_get, batch_write, marshal
from shared.stores.entries import item_of
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.messages import Messages
from shared.stores.old_entries import OldEntries
from shared.stores.profiles import Profile, Profiles
from shared.stores.published import Published
from shared.stores.rooms import Room, Rooms
from shared.stores.words import Posting, Words
from tests.unit.examples import ALICE, NOW, NOW_SECONDS, connection, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ROWS = [{"userId": f"user-{number}", "item": "status"} for number in range(60)]
PEOPLE = [f"user{number}" for number in range(7)]
SAID = [message(number) for number in range(7)]
MENTIONS = [Mention(each, "global", SAID[0].sort_key, "h") for each in PEOPLE]
POSTINGS = [Posting("global", f"word{number}", SAID[0].sort_key) for number in range(7)]


class Reluctant:
    """Takes or gives `share` of the rows of each call, one at least or none, and gives the others back."""

    def __init__(self, client: "DynamoDBClient", share: float = 0.5) -> None:
        self._client = client
        self._share = share
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        ((table, requests),) = RequestItems.items()
        taken, left = self._parted(requests)
        if taken:
            self._client.batch_write_item(RequestItems={table: taken})
        return {"UnprocessedItems": {table: left} if left else {}}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - AWS's name
        ((table, wanted),) = RequestItems.items()
        given, left = self._parted(wanted["Keys"])
        found: Any = {}
        if given:
            asked: Any = {table: {**wanted, "Keys": given}}
            found = self._client.batch_get_item(RequestItems=asked)["Responses"]
        unread = {table: {**wanted, "Keys": left}} if left else {}
        return {"Responses": found, "UnprocessedKeys": unread}

    def _parted(self, rows: list[Any]) -> tuple[list[Any], list[Any]]:
        self.sizes.append(len(rows))
        count = max(1, int(len(rows) * self._share)) if self._share else 0
        return rows[:count], rows[count:]


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, which nobody does here."""
    waited: list[float] = []
    monkeypatch.setattr("shared.stores.dynamodb.time.sleep", waited.append)
    return waited


def stored(dynamodb: "DynamoDBClient") -> int:
    return len(dynamodb.scan(TableName="users")["Items"])


def write(client: Any, **rows: list[dict[str, str]]) -> None:
    batch_write(client, "users", **{name: [marshal(each) for each in those] for name, those in rows.items()})


def test_rows_are_written_and_removed_by_twenty_five(dynamodb: "DynamoDBClient", pauses: list[float]) -> None:
    willing = Reluctant(dynamodb, 1)

    write(willing, put=ROWS)
    write(willing, put=[], removed=ROWS[:40])

    assert (stored(dynamodb), willing.sizes) == (20, [25, 25, 10, 25, 15])
    assert pauses == []


def test_what_is_given_back_is_written_again(dynamodb: "DynamoDBClient") -> None:
    write(Reluctant(dynamodb), put=ROWS)

    assert stored(dynamodb) == len(ROWS)


def test_whoever_takes_or_gives_nothing_is_not_asked_for_ever(dynamodb: "DynamoDBClient") -> None:
    unwilling: Any = Reluctant(dynamodb, 0)

    with pytest.raises(RateLimited):
        write(unwilling, put=ROWS)
    with pytest.raises(RateLimited):
        list(batch_get(unwilling, "users", [marshal(each) for each in ROWS]))
    assert len(unwilling.sizes) == 2 * BATCH_ATTEMPTS


def test_it_is_left_alone_for_longer_and_longer_but_not_as_long_as_a_function_lives(
    dynamodb: "DynamoDBClient", pauses: list[float]
) -> None:
    with pytest.raises(RateLimited):
        write(Reluctant(dynamodb, 0), put=ROWS)

    assert all(later > sooner for sooner, later in zip(pauses[:4], pauses[2:6], strict=True))
    assert pauses[0] >= 0.01
    assert 0.5 < sum(pauses) < 3


READS: dict[str, Callable[[Any], object]] = {
    "who is there": lambda client: Connections(client, "connections").present(
        [(f"{each}=", "global") for each in PEOPLE]
    ),
    "who may read": lambda client: Memberships(client, "memberships").permitted(
        RoomAction.READ, [(each, "private.room") for each in PEOPLE], NOW
    ),
    "who blocks whom": lambda client: Blocks(client, "users", "memberships").among(
        [(ALICE.user_id, each) for each in PEOPLE]
    ),
    "who is called how": lambda client: Profiles(client, "users").owners_of(PEOPLE),
    "what people are called": lambda client: sorted(map(str, Profiles(client, "users").find_all(PEOPLE))),
    "rooms": lambda client: Rooms(client, "rooms", "memberships").find_all(PEOPLE),
    "what was said": lambda client: Messages(client, "messages").find_anywhere(
        [(each.room_id, each.sort_key) for each in SAID]
    ),
    "whom it mentions": lambda client: sorted(map(str, Mentioned(client, "users").as_kept(MENTIONS))),
    "what was published": lambda client: Published(client, "published").marked(
        [(each.room_id, each.sort_key) for each in SAID]
    ),
}
WRITES: dict[str, Callable[[Any], object]] = {
    "a connection ends": lambda client: Connections(client, "connections").remove_all("many="),
    "what is published": lambda client: Published(client, "published").mark(
        [message(number) for number in range(3, 12)], NOW_SECONDS
    ),
    "words": lambda client: Words(client, "words").write(POSTINGS[4:], POSTINGS[:4]),
    "mentions": lambda client: Mentioned(client, "users").write(MENTIONS[4:], MENTIONS[:4]),
    "forgetting mentions": lambda client: [Mentioned(client, "users").forget(each, 25) for each in PEOPLE],
    "forgetting blocks": lambda client: Blocks(client, "users", "memberships").forget(ALICE.user_id, 25),
    "what a room keeps no longer": lambda client: OldEntries(client, "messages", "rooms").remove(
        "global", [each.sort_key for each in SAID]
    ),
}


@pytest.fixture
def filled(dynamodb: "DynamoDBClient") -> "DynamoDBClient":
    """Tables with seven of everything."""
    connections = Connections(dynamodb, "connections")
    for number, each in enumerate(PEOPLE):
        connections.put(connection(f"{each}="))
        connections.put(connection("many=", room=f"room{number}"))
        Memberships(dynamodb, "memberships").join(Membership(each, "private.room", each, "member", NOW))
        Blocks(dynamodb, "users", "memberships").put(ALICE.user_id, each, NOW)
        Profiles(dynamodb, "users").put(Profile(each, each, each), None, NOW_SECONDS)
        Rooms(dynamodb, "rooms", "memberships").create(Room(each, each, "", ALICE.user_id, NOW))
    for said in SAID:
        dynamodb.put_item(TableName="messages", Item=marshal(item_of(said)))
    Mentioned(dynamodb, "users").write(MENTIONS, ())
    Words(dynamodb, "words").write(POSTINGS, ())
    Published(dynamodb, "published").mark(SAID, NOW_SECONDS)
    return dynamodb


@pytest.mark.parametrize("read", READS)
def test_whatever_is_read_by_parts_is_whole(filled: "DynamoDBClient", read: str) -> None:
    reluctant = Reluctant(filled)

    assert READS[read](reluctant) == READS[read](filled)
    assert READS[read](filled)
    assert len(reluctant.sizes) > 1


@pytest.mark.parametrize("change", WRITES)
def test_whatever_is_written_by_parts_is_whole(filled: "DynamoDBClient", change: str) -> None:
    reluctant = Reluctant(filled)

    WRITES[change](reluctant)
    by_parts = _everything(filled)
    WRITES[change](filled)

    assert _everything(filled) == by_parts
    assert len(reluctant.sizes) > 1


def _everything(client: "DynamoDBClient") -> dict[str, list[str]]:
    tables = ("connections", "users", "words", "messages", "published")
    return {name: sorted(map(str, client.scan(TableName=name)["Items"])) for name in tables}
