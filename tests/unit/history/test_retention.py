"""Rooms that keep what was said for some days only lose what is older, whenever the function is cut off."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.history import retention
from services.history.retention import DAY_MS, RUN_SECONDS, Keeper, Run, apply_retention
from shared.protocol.message import Message, sort_key
from shared.protocol.refusals import Unavailable
from shared.stores.dynamodb import batch_write, marshal, unmarshal
from shared.stores.entries import item_of
from shared.stores.messages import Messages, Span
from shared.stores.old_entries import OldEntries
from shared.stores.pins import Pins, pinning
from shared.stores.retentions import Retention, Retentions, listing
from tests.support.share_of_examples import of_fifty
from tests.unit.examples import NOW, change_of, message
from tests.unit.killed import Killer

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DAYS = 7
LIMIT = NOW - DAYS * DAY_MS  # what was said before goes


class World:
    """Rooms on moto and a clock."""

    def __init__(self, dynamodb: "DynamoDBClient") -> None:
        self.dynamodb = dynamodb
        self.now = NOW / 1000
        self.killed = Killer(dynamodb)
        self.retentions = Retentions(dynamodb, "rooms")
        self.entries = OldEntries(dynamodb, "messages", "rooms")

    def sleep(self, _seconds: float) -> None:
        """No time passes, so that what is too old stays the same."""

    def keep(self, room: str, days: int = DAYS) -> None:
        self.dynamodb.transact_write_items(TransactItems=[listing("rooms", room, days)])

    def say(self, room: str, at: int, number: int = 0) -> Message:
        said = message(number, room=room, at=at)
        self.put(said)
        return said

    def put(self, entry: Message) -> None:
        self.dynamodb.put_item(TableName="messages", Item=marshal(item_of(entry)))

    def keeper(self) -> Keeper:
        return Keeper(self.retentions, self.entries, lambda: self.now, self.sleep)

    def run(self) -> Run:
        return apply_retention(self.keeper())

    def left(self, room: str) -> list[str]:
        items = map(unmarshal, self.dynamodb.scan(TableName="messages")["Items"])
        return sorted(item["sortKey"] for item in items if item["roomId"] == room)


@pytest.fixture
def world(dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(retention, "ENTRIES_A_STEP", 2)
    return World(dynamodb)


def test_what_is_older_goes_to_the_millisecond_and_other_rooms_keep_theirs(world: World) -> None:
    world.keep("kitchen")
    for room in ("kitchen", "global"):
        for number, at in enumerate((LIMIT - 1_000, LIMIT - 2, LIMIT, LIMIT + 5_000)):
            world.say(room, at - number, number)

    run = world.run()

    kept = world.left("kitchen")
    assert (run.removed, len(kept)) == (2, 2)
    assert all(each >= sort_key(LIMIT, "") for each in kept)
    assert len(world.left("global")) == 4


def test_changes_and_pins_go_with_what_they_are_about(world: World) -> None:
    world.keep("kitchen")
    old, new = (message(0, room="kitchen", at=LIMIT + age) for age in (-10_000, 1))
    for each in (old, new):
        at = each.created_at + 1
        place = {"created_at": at, "sort_key": sort_key(at, "pin")}
        pin = change_of(each, "pin", on=True).model_copy(update=place)
        world.put(each.model_copy(update={"pinned_at": at}))
        world.put(pin)
        world.dynamodb.transact_write_items(TransactItems=[write.action for write in pinning(pin, "rooms")])

    world.run()

    assert Pins(world.dynamodb, "rooms").of_room("kitchen") == [new.sort_key]
    assert len(world.left("kitchen")) == 2


def test_what_is_pinned_while_it_is_being_removed_takes_no_place(world: World, messages: Messages) -> None:
    world.keep("kitchen")
    old = world.say("kitchen", LIMIT - 10_000)

    class Overtaken(OldEntries):
        """Somebody pins what was just found."""

        def remove(self, room_id: str, sort_keys: Any) -> None:
            pin = change_of(old, "pin", on=True)
            world.dynamodb.transact_write_items(
                TransactItems=[write.action for write in pinning(pin, "rooms")]
            )
            super().remove(room_id, sort_keys)

    entries = Overtaken(world.dynamodb, "messages", "rooms")
    apply_retention(Keeper(world.retentions, entries, lambda: world.now, world.sleep))
    world.run()

    assert messages.find("kitchen", old.sort_key) is None
    assert Pins(world.dynamodb, "rooms").of_room("kitchen") == []


def test_the_list_is_read_to_its_end_however_long_it_is(world: World) -> None:
    rows = [
        marshal({"roomId": "#retentions", "item": f"{number:04}" + "x" * 1_000, "days": DAYS})
        for number in range(1_100)
    ]
    batch_write(world.dynamodb, "rooms", put=rows)  # more than a page of DynamoDB's, 1 MB

    assert len(world.retentions.all()) == len(rows)


def test_history_begins_with_what_is_left_and_recovery_goes_on_from_before_it(
    world: World, messages: Messages
) -> None:
    world.keep("kitchen")
    old = [world.say("kitchen", LIMIT - 10_000, number) for number in range(3)]
    new = [world.say("kitchen", LIMIT + 10_000, number) for number in range(3)]

    world.run()

    assert messages.of_room("kitchen", Span(10, before=new[0].sort_key)).next_cursor is None
    assert messages.of_room("kitchen", Span(10)).messages == new
    assert messages.log("kitchen", old[0].sort_key, 10).messages == new


@settings(max_examples=of_fifty(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 20), max_size=3), st.lists(st.integers(-5, 5), max_size=8, unique=True))
def test_it_may_be_cut_off_after_any_call(world: World, cuts: list[int], ages: list[int]) -> None:
    room = f"room-{abs(hash((tuple(cuts), tuple(ages))))}"
    world.keep(room)
    said = [world.say(room, LIMIT + age, 0) for age in sorted(ages)]

    for cut in cuts:
        with world.killed.after(cut):
            world.run()
    world.run()

    world.keep(room, 0)
    assert world.left(room) == [each.sort_key for each in said if each.created_at >= LIMIT]


def test_whoever_ends_a_retention_keeps_the_rest(world: World) -> None:
    world.keep("kitchen")
    for number in range(4):
        world.say("kitchen", LIMIT - 10_000, number)

    def end(_seconds: float) -> None:
        world.keep("kitchen", 0)

    apply_retention(Keeper(world.retentions, world.entries, lambda: world.now, end))

    assert len(world.left("kitchen")) == 2


def test_a_run_ends_in_time_and_the_next_begins_with_what_was_left(world: World) -> None:
    for room in ("a", "b"):
        world.keep(room)
    world.run()
    world.now += 3_600
    for number in range(4):
        world.say("b", LIMIT - 10_000, number)
    world.say("a", LIMIT - 10_000)
    started = world.now

    def long(_seconds: float) -> None:
        world.now += RUN_SECONDS

    run = apply_retention(Keeper(world.retentions, world.entries, lambda: world.now, long))

    assert (run.removed, run.unfinished) == (1, 2)
    assert world.now == started + RUN_SECONDS
    assert world.run().unfinished == 0
    assert (world.left("a"), world.left("b")) == ([], [])


def test_a_room_that_breaks_the_walk_holds_up_no_other_and_is_told_of(world: World) -> None:
    for room in ("bent", "kitchen"):
        world.keep(room)
        world.say(room, LIMIT - 10_000)

    class Bent(OldEntries):
        """One room holds what nobody had thought of."""

        def of_room(self, room_id: str, before: str, limit: int) -> Any:
            if room_id == "bent":
                raise ValueError("a row without a sort key")
            return super().of_room(room_id, before, limit)

    entries = Bent(world.dynamodb, "messages", "rooms")
    run = apply_retention(Keeper(world.retentions, entries, lambda: world.now, world.sleep))

    assert world.left("kitchen") == []
    assert [str(each) for each in run.broken] == ["a row without a sort key"]


def test_the_room_that_was_not_walked_through_for_longest_comes_first(world: World) -> None:
    for room in ("a", "b"):
        world.keep(room)
    world.retentions.walked("a", NOW + 2)
    world.retentions.walked("b", NOW + 1)

    assert [each.room_id for each in world.retentions.all()] == ["b", "a"]


def test_a_room_whose_store_fails_holds_no_other_up(world: World) -> None:
    for room in ("a", "b"):
        world.keep(room)
        world.say(room, LIMIT - 10_000)

    class Failing(OldEntries):
        def remove(self, room_id: str, entries: Any) -> None:
            if room_id == "a":
                raise Unavailable("the store did not take it")
            super().remove(room_id, entries)

    failing = Failing(world.dynamodb, "messages", "rooms")
    run = apply_retention(Keeper(world.retentions, failing, lambda: world.now, world.sleep))

    assert (run.removed, run.failed) == (1, 1)
    assert (len(world.left("a")), world.left("b")) == (1, [])


def test_a_room_that_is_off_the_list_is_not_put_on_it_by_its_walk(world: World) -> None:
    world.keep("kitchen")
    world.keep("kitchen", 0)

    world.retentions.walked("kitchen", NOW)

    assert world.retentions.all() == []
    world.keep("kitchen", 30)
    assert world.retentions.all() == [Retention("kitchen", 30)]
