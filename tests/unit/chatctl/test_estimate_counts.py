"""What the model of cost counts is what the code does: its calls are counted while it sends, against moto."""

import re
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from chatctl.estimate import (
    CONNECTION_MINUTES,
    EVENT_ROOM_LIMIT,
    MENTION_READ_UNITS,
    MENTION_WRITE_UNITS,
    MENTIONS_READ_UNITS,
    SEARCH_READ_UNITS,
    WORDS_A_MESSAGE,
)
from chatctl.setups import PROD
from chatctl.usage import (
    CHANGE_WRITE_UNITS,
    CONNECTION_WRITE_UNITS,
    ERASED_WRITE_UNITS,
    EXPIRED_WRITE_UNITS,
    EXPIRY_WRITE_UNITS,
    LAST_SEEN_WRITE_UNITS,
    SEND_WRITE_UNITS,
    SPENDING_WRITE_UNITS,
)
from infra.repository import ROOT
from infra.topology.model import Topology
from services.history.mentioned import mentions_of
from services.search.finding import Index
from services.search.indexing import index
from services.search.mentioning import People, note_mentions
from services.search.revisions import Revision
from services.search.searching import search
from shared.auth.identity import Identity
from shared.jobs import EphemeralEvent
from shared.protocol.frames import ListMentions, SearchMessages
from shared.protocol.message import Message
from shared.rate import Bucket
from shared.stores.blocks import Blocks
from shared.stores.connections import Connections
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.expiries import Expiries, Expiry
from shared.stores.last_seen import LastSeen
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.messages import Messages
from shared.stores.profiles import Profile, Profiles
from shared.stores.published import Published
from shared.stores.users import Users
from shared.stores.words import Words
from tests.bench.account_units import counted_units
from tests.bench.moto_stack import ROOM_LIMIT, MotoStack, moto_stack
from tests.bench.units import Call, calls_of, read_units, write_units
from tests.unit.examples import BOB, NOW, connection, message

ROOM = 20


@pytest.fixture(scope="module")
def stack() -> Iterator[MotoStack]:
    with moto_stack() as standing:
        standing.fill("room", ROOM)
        yield standing


@pytest.fixture
def written(stack: MotoStack) -> Iterator[list[Call]]:
    """The calls to DynamoDB from now on, with their parameters."""
    with calls_of(stack.dynamodb) as calls:
        yield calls


def test_a_send_writes_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    sent: Message = stack.send("room")
    stack.fan_out()
    Published(stack.dynamodb, "published").mark([sent], int(time.time()))

    assert write_units(written, topology.tables) == SEND_WRITE_UNITS


def test_a_message_is_indexed_by_a_unit_a_word(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    said = message(content=" ".join("abcdefgh"[:WORDS_A_MESSAGE]))

    index([Revision(None, said)], Words(stack.dynamodb, "words"))

    assert write_units(written, topology.tables) == WORDS_A_MESSAGE


def test_a_mention_takes_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    profiles = Profiles(stack.dynamodb, "users")
    profiles.put(Profile("b0b", "bob", "Bob"), None, int(time.time()))
    people = People(
        profiles,
        Memberships(stack.dynamodb, "memberships"),
        Connections(stack.dynamodb, "connections"),
        Blocks(stack.dynamodb, "users", "memberships"),
    )
    written.clear()

    note_mentions([Revision(None, message(content="@bob"))], Mentioned(stack.dynamodb, "users"), people, 0)

    assert write_units(written, topology.tables) == MENTION_WRITE_UNITS
    assert read_units(written) == MENTION_READ_UNITS


def test_changes_take_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    said = stack.send("changed", BOB)
    written.clear()

    stack.change(said, "react", BOB, emoji="\U0001f44d", on=True)

    stack.fan_out()
    of_the_change = [call for call in written if call[0] == "TransactWriteItems"]
    assert write_units(of_the_change, topology.tables) == CHANGE_WRITE_UNITS


def test_a_search_reads_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    words, messages = Words(stack.dynamodb, "words"), Messages(stack.dynamodb, "messages")
    said = [message(number, room="searched", content="two words") for number in range(10)]
    for each in said:
        stack.dynamodb.put_item(TableName="messages", Item=marshal(item_of(each)))
    index([Revision(None, each) for each in said], words)
    written.clear()

    found = search(
        SearchMessages(query="two words ", room_id="searched"),
        BOB,
        index=Index(words, messages),
        memberships=Memberships(stack.dynamodb, "memberships"),
        now=NOW,
    )

    assert len(found.messages) == len(said)
    assert read_units(written) == SEARCH_READ_UNITS


def test_a_list_of_mentions_reads_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    mentioned = Mentioned(stack.dynamodb, "users")
    said = [message(number, room="mentioning", content="@bob") for number in range(5)]
    for each in said:
        stack.dynamodb.put_item(TableName="messages", Item=marshal(item_of(each)))
    mentioned.write([Mention(BOB.user_id, each.room_id, each.sort_key, "bob") for each in said], [])
    written.clear()

    page = mentions_of(
        ListMentions(),
        BOB,
        mentioned=mentioned,
        messages=Messages(stack.dynamodb, "messages"),
        memberships=Memberships(stack.dynamodb, "memberships"),
        now=NOW,
    )

    assert len(page.messages) == len(said)
    assert read_units(written) == MENTIONS_READ_UNITS


def test_a_connection_writes_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    connections = Connections(stack.dynamodb, "connections")

    connections.put(connection("new="))
    connections.remove_all("new=")

    assert write_units(written, topology.tables) == CONNECTION_WRITE_UNITS


def test_a_note_of_when_a_connection_ends_writes_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    expiries, expiry = Expiries(stack.dynamodb, "expiries"), Expiry(int(time.time()), "new=")

    expiries.note(expiry)
    expiries.forget(expiry)

    assert write_units(written, topology.tables) == EXPIRY_WRITE_UNITS


def test_the_end_of_a_connection_writes_as_many_units_as_the_model_says_whether_it_is_told_or_not(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    LastSeen(stack.dynamodb, "users").note("nobody", int(time.time() * 1000))

    assert write_units(written, topology.tables) == LAST_SEEN_WRITE_UNITS


def test_a_frame_that_is_limited_writes_as_many_units_as_the_model_says(
    stack: MotoStack, written: list[Call], topology: Topology
) -> None:
    now = int(time.time() * 1000)

    Users(stack.dynamodb, "users").spend(Identity("alice", "Alice"), "history", Bucket(1, 1_000), now)

    assert write_units(written, topology.tables) == SPENDING_WRITE_UNITS


def test_a_message_and_an_event_are_published_once_and_received_and_deleted_once(stack: MotoStack) -> None:
    now = int(time.time() * 1000)
    for tell in (
        lambda: stack.send("room"),
        lambda: stack.tell(
            EphemeralEvent(kind="typing", room_id="room", user_id="alice", username="Alice", at=now)
        ),
    ):
        stack.made.clear()
        tell()
        done = stack.fan_out()
        made = Counter(stack.made)

        assert made["Publish"] == made["ReceiveMessage"] == made["DeleteMessageBatch"] == done["Invoke"] == 1
        assert made["Query"] == 1, "the audience"
        assert done["Post"] == ROOM - 1


def test_the_habits_of_the_model_are_those_of_the_page_and_the_topology() -> None:
    liveness = (ROOT / "frontend/src/protocol/connection/liveness.ts").read_text(encoding="utf-8")
    replacement = (ROOT / "frontend/src/protocol/connection/replacement.ts").read_text(encoding="utf-8")
    minutes = [float(each) for each in re.findall(r"(\d+) \* 60_000", replacement)][:2]

    assert re.findall(r"PING_INTERVAL_MS = (\d+) \* 60_000", liveness) == [f"{PROD.ping_minutes:g}"]
    assert sum(minutes) / 2 == CONNECTION_MINUTES
    assert EVENT_ROOM_LIMIT == ROOM_LIMIT


def test_accounts_take_the_units_that_the_decisions_name(stack: MotoStack) -> None:
    """docs/adr/0020-handles.md, docs/adr/0022-deleted-accounts.md."""
    counted = counted_units(stack)

    assert {done: written for done, (written, _) in counted.items()} == {
        "first_handle": 4,
        "another_handle": 6,
        "profile_told": 0,
        "deletion": 4,
        "text_erased": pytest.approx(ERASED_WRITE_UNITS, abs=0.5),
        "entry_expired": EXPIRED_WRITE_UNITS,
        "role_set_and_noted": 6,
    }
    assert counted["profile_told"] == (0, 0.5)
