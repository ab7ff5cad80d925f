"""What a deleted account wrote goes, whenever the eraser is cut off; what others wrote stays."""

from dataclasses import replace
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ingest import erasing
from services.ingest.erasing import Eraser, Run, erase
from shared.auth.identity import Identity
from shared.protocol.message import Change, Message
from shared.protocol.refusals import Unavailable
from shared.rights import RoomAction
from shared.rooms import private_room_id
from shared.stores.blocks import Blocks
from shared.stores.changes import update_of
from shared.stores.connections import Connections
from shared.stores.dynamodb import marshal, unmarshal
from shared.stores.entries import item_of
from shared.stores.erasures import Erasures
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.notices import Notices
from shared.stores.pins import Pins, pinning
from shared.stores.sends import Sends
from shared.stores.traces import Traces
from shared.stores.users import Users
from shared.succession import Succession
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import BOB, NOW, change_of, connection, message
from tests.unit.killed import Killer
from tests.unit.known import make_known

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef

DELETED_AT = NOW + 10_000
THUMB = "\U0001f44d"


class World:
    """Stores on moto, a topic and a clock."""

    def __init__(
        self, dynamodb: "DynamoDBClient", sends: Sends, tables: "list[CreateTableInputTypeDef]"
    ) -> None:
        self.dynamodb = dynamodb
        self.tables = tables
        self.sends = sends
        self.now = DELETED_AT / 1000
        self.published: list[Message] = []
        self.closed: list[str] = []
        self.killed = Killer(dynamodb)
        self._numbers = count()
        self.memberships = Memberships(dynamodb, "memberships")
        self.connections = Connections(dynamodb, "connections")
        self.mentioned = Mentioned(dynamodb, "users")
        self.erasures = Erasures(dynamodb, "users")

    def close(self, connection_id: str) -> None:
        self.closed.append(connection_id)
        self.connections.remove_all(connection_id)

    def empty(self) -> None:
        """Begin anew: what earlier examples left makes moto slow."""
        for definition in self.tables:
            name = definition["TableName"]
            if definition.get("DeletionProtectionEnabled"):
                self.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
            self.dynamodb.delete_table(TableName=name)
            self.dynamodb.create_table(**definition)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def eraser(self) -> Eraser:
        return Eraser(
            erasures=self.erasures,
            traces=Traces(self.dynamodb, "messages", "rooms"),
            memberships=self.memberships,
            users=Users(self.dynamodb, "users"),
            notices=Notices("messages"),
            blocks=Blocks(self.dynamodb, "users", "memberships"),
            mentioned=self.mentioned,
            connections=self.connections,
            close=self.close,
            publish=self.published.append,
            now=lambda: self.now,
            sleep=self.sleep,
            random_bytes=lambda size: next(self._numbers).to_bytes(size, "big"),
        )

    def run(self) -> Run:
        self.now += 60
        return erase(self.eraser())

    def run_to_the_end(self) -> None:
        for _ in range(20):
            if not self.erasures.pending(10):
                return
            self.run()
        raise AssertionError("it does not come to an end")

    def rows(self) -> list[dict[str, Any]]:
        return [unmarshal(item) for item in self.dynamodb.scan(TableName="messages")["Items"]]

    def say(self, number: int, by: Identity, room: str, content: str = "secret") -> Message:
        own = {"user_id": by.user_id, "username": by.username}
        said = message(number, room=room, content=content).model_copy(update=own)
        self.sends.put_once(said)
        return said

    def change(self, changed: Message, kind: Any, number: int, by: Identity, **what: Any) -> None:
        made = change_of(changed, kind, number=number, by=by, **what)
        also = [update_of(made, "messages", author=by.user_id, edit_window_ms=60_000)]
        self.sends.put_once(made, right=RoomAction.READ, also=[*also, *pinning(made, "rooms")])


@pytest.fixture
def world(
    dynamodb: "DynamoDBClient",
    sends: Sends,
    table_definitions: "list[CreateTableInputTypeDef]",
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    monkeypatch.setattr(erasing, "ENTRIES_A_STEP", 3)
    monkeypatch.setattr(erasing, "ROOMS_A_STEP", 2)
    return World(dynamodb, sends, table_definitions)


def gone(world: World, user: Identity) -> None:
    """Nothing that the user wrote, liked or was called is anywhere; each text went once."""
    rows = world.rows()
    told = repr([row for row in rows if row["userId"] == user.user_id or "reactors" in row])
    assert "secret" not in told
    assert user.username not in told
    own = [row for row in rows if row["userId"] == user.user_id and "target" not in row]
    assert all("deletedAt" in row for row in own)
    deletions = [row["target"] for row in rows if row.get("kind") == "deletion"]
    assert sorted(deletions) == sorted(row["sortKey"] for row in own)
    assert world.memberships.of_user(user.user_id, None, 10).memberships == []
    assert world.erasures.pending(10) == []


def live(world: World, user: Identity, room: str) -> Message:
    """What a user does before they go; returns what somebody else said."""
    private = private_room_id(hash(user.user_id).to_bytes(16, "big", signed=True))
    for each in (room, private):
        world.memberships.join(Membership(user.user_id, each, user.username, "owner", NOW))
    world.memberships.ban(user.user_id, f"{room}-2", NOW + 1, NOW)
    said = [world.say(number, user, room if number % 2 else private) for number in range(5)]
    others = world.say(5, BOB, room, "kept")
    world.change(said[1], "edit", 11, user, content="a secret edit")
    world.change(said[3], "pin", 12, user, on=True)
    world.change(others, "reaction", 13, user, emoji=THUMB, on=True)
    world.change(others, "reaction", 14, BOB, emoji=THUMB, on=True)
    world.change(said[1], "reaction", 15, BOB, emoji=THUMB, on=True)
    world.connections.put(connection(f"{user.user_id}-1", identity=user))
    return others


def test_texts_reactions_names_memberships_and_pins_go_and_the_rest_stays(world: World) -> None:
    vera = Identity("vera", "Vera V.")
    others = live(world, vera, "kitchen")
    world.erasures.begin(vera.user_id, None, DELETED_AT)

    world.run_to_the_end()

    gone(world, vera)
    kept = next(row for row in world.rows() if row["sortKey"] == others.sort_key)
    assert kept["content"] == "kept"
    assert kept["reactions"] == frozenset({f"{THUMB} {BOB.user_id}"})
    assert kept["reactors"] == frozenset({f"{BOB.user_id} {BOB.username}"})
    assert Pins(world.dynamodb, "rooms").of_room("kitchen") == []
    assert world.closed == ["vera-1"]
    kinds = [(each.kind, each.user_id, each.username) for each in world.published if isinstance(each, Change)]
    assert sorted(kinds) == [*[("deletion", "vera", "")] * 5, ("reaction", "vera", "")]


@settings(max_examples=of_fifty(4), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_it_may_be_cut_off_after_any_call_and_each_text_goes_once(world: World, cuts: list[int]) -> None:
    world.empty()
    user = Identity("vera", "Vera V.")
    live(world, user, "kitchen")
    others = {row["sortKey"] for row in world.rows() if row["userId"] != user.user_id}
    world.erasures.begin(user.user_id, None, DELETED_AT)

    world.now = DELETED_AT / 1000
    for cut in cuts:
        with world.killed.after(cut):
            world.run()
    world.run_to_the_end()

    gone(world, user)
    assert others <= {row["sortKey"] for row in world.rows()}


def test_what_the_index_learns_of_late_goes_too(world: World) -> None:
    vera = Identity("vera", "Vera V.")
    world.erasures.begin(vera.user_id, None, DELETED_AT)
    world.now -= 60
    assert world.run().finished == 0  # it begins as the account is deleted

    late = message(9_000, content="secret").model_copy(update={"user_id": "vera", "username": "Vera V."})
    world.dynamodb.put_item(TableName="messages", Item=marshal(item_of(late)))
    world.run_to_the_end()

    gone(world, vera)


def test_a_topic_that_fails_fails_one_account_and_the_next_run_goes_on(world: World) -> None:
    vera, olga = Identity("vera", "Vera V."), Identity("olga", "Olga O.")
    for number, user in enumerate((vera, olga)):
        world.say(number, user, "kitchen")
        world.erasures.begin(user.user_id, None, DELETED_AT + number)
    eraser = world.eraser()

    def fail_once(entry: Message) -> None:
        if not world.published and entry.user_id == "vera":
            raise Unavailable("the topic did not take it")
        world.published.append(entry)

    world.now += 60
    run = erase(replace(eraser, publish=fail_once))

    assert (run.taken_back, run.failed) == (1, 1)
    assert run.oldest_seconds == 60
    world.run_to_the_end()
    for user in (vera, olga):
        assert {row["content"] for row in world.rows() if row["userId"] == user.user_id} == {""}


def test_one_account_does_not_wait_for_all_of_anothers(world: World) -> None:
    vera, olga = Identity("vera", "Vera V."), Identity("olga", "Olga O.")
    for number in range(12):
        world.say(number, vera, "kitchen")
    world.say(12, olga, "kitchen")
    for user in (vera, olga):
        world.erasures.begin(user.user_id, None, DELETED_AT)

    world.run()

    authors = [each.user_id for each in world.published]
    assert authors.index("olga") < 4
    assert len(authors) == 13


def test_it_goes_no_faster_than_one_user_may_write(world: World) -> None:
    vera = Identity("vera", "Vera V.")
    for number in range(10):
        world.say(number, vera, "kitchen")
    world.erasures.begin(vera.user_id, None, DELETED_AT)

    world.run()

    times = [each.created_at for each in world.published]
    assert all(later - earlier >= 200 for earlier, later in pairwise(times))


@pytest.mark.parametrize("after", [1, 3, 4])
def test_two_runs_at_once_end_as_one_and_hold_up_no_later_one(world: World, after: int) -> None:
    vera = Identity("vera", "Vera V.")
    live(world, vera, "kitchen")
    world.erasures.begin(vera.user_id, None, DELETED_AT)

    def the_other_ends_meanwhile(entry: Message) -> None:
        world.published.append(entry)
        if len(world.published) == after:
            world.run_to_the_end()

    world.now += 60
    erase(replace(world.eraser(), publish=the_other_ends_meanwhile))

    gone(world, vera)


def test_a_connection_that_cannot_be_closed_holds_nothing_up(world: World) -> None:
    world.connections.put(connection("c1", identity=Identity("vera", "Vera V.")))
    world.erasures.begin("vera", None, DELETED_AT)

    def unreachable(_connection_id: str) -> None:
        raise URLError("no answer")

    world.now += 60
    assert erase(replace(world.eraser(), close=unreachable)).finished == 1


def test_whom_somebody_blocked_is_forgotten_with_them_and_not_whom_others_did(world: World) -> None:
    blocks = world.eraser().blocks
    for number in range(60):
        blocks.put("vera", f"user-{number}", NOW)
    blocks.put("olga", "vera", NOW)
    world.erasures.begin("vera", None, DELETED_AT)

    world.run_to_the_end()

    kept = {user: len(blocks.of_user(user, None, 99).blocks) for user in ("vera", "olga")}
    assert kept == {"vera": 0, "olga": 1}


def test_what_mentioned_somebody_is_forgotten_with_them_and_not_with_others(world: World) -> None:
    for user in ("vera", "olga"):
        said = [message(number).sort_key for number in range(8)]
        world.mentioned.write([Mention(user, "kitchen", each, user) for each in said], [])
    world.erasures.begin("vera", None, DELETED_AT)

    world.run_to_the_end()

    kept = {
        user: len(world.mentioned.of_user(user, before=None, limit=99, now_seconds=0))
        for user in ("vera", "olga")
    }
    assert kept == {"vera": 0, "olga": 8}


def test_an_account_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    unreadable = marshal(item_of(message(1)) | {"kind": "notice", "event": "of a later release"})
    world.dynamodb.put_item(TableName="messages", Item=unreadable)
    bobs = message(2, room="kitchen").model_copy(update={"user_id": BOB.user_id})
    world.dynamodb.put_item(TableName="messages", Item=marshal(item_of(bobs)))
    world.erasures.begin(message(1).user_id, None, DELETED_AT - 1)
    world.erasures.begin(BOB.user_id, None, DELETED_AT)

    run = world.run()

    assert (len(run.broken), run.taken_back) == (1, 1)
    assert [each.target for each in world.published if isinstance(each, Change)] == [bobs.sort_key]


def test_a_room_whose_other_owner_leaves_at_the_same_moment_has_an_owner(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_id = private_room_id(bytes(16))
    world.memberships.join(Membership("mia", room_id, "Mia", "member", NOW))
    make_known(world.dynamodb, "mia")
    for owner in ("olga", BOB.user_id):
        world.memberships.join(Membership(owner, room_id, owner, "owner", NOW))
    hand_over = Succession.hand_over

    def and_the_other_leaves(self: Succession, room: str, owner_id: str, now: int) -> str | None:
        found = hand_over(self, room, owner_id, now)
        world.memberships.leave("olga", room, now)
        return found

    monkeypatch.setattr(Succession, "hand_over", and_the_other_leaves)
    world.erasures.begin(BOB.user_id, None, DELETED_AT)
    world.run_to_the_end()

    left = world.memberships.of_room(room_id, None, 10).memberships
    assert [(each.user_id, each.role) for each in left] == [("mia", "owner")]
