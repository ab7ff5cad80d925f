"""Whatever users ask for in whatever order, and whatever schedules do between: the laws hold."""

import copy
from itertools import product
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from moto.dynamodb.models import dynamodb_backends

from services.history.retention import DAY_MS
from shared.auth.identity import Identity
from shared.protocol.message import Message
from tests.support.share_of_examples import of_fifty
from tests.unit.model import laws
from tests.unit.model.world import REFUSED, World

if TYPE_CHECKING:
    from moto.dynamodb.models.table import Table
    from types_boto3_dynamodb import DynamoDBClient

PEOPLE = [Identity(f"id-{name}", f"Name of {name}") for name in ("olga", "mara", "alex", "sam")]
PUBLIC = ["kitchen", "attic"]
PERSON, ROOM, SAID = st.sampled_from(PEOPLE), st.integers(0, 5), st.integers(0, 9)
OTHER = st.sampled_from(["@olga", "@mara", "@alex", "@sam", "all"])


class Chat(RuleBasedStateMachine):
    """Four people, some rooms, and what they said."""

    client: "DynamoDBClient"
    tables: "dict[str, Table]"

    def __init__(self) -> None:
        super().__init__()
        backend = dynamodb_backends["123456789012"]["eu-central-1"]
        backend.tables.clear()
        backend.tables.update(copy.deepcopy(self.tables))
        self.world = World(self.client, PEOPLE)
        self.rooms = list(PUBLIC)
        self.made: set[str] = set()
        self.said: list[Message] = []
        self.codes: list[str] = []
        self.roles: dict[tuple[str, str], str] = {}
        self.gone: list[Identity] = []
        self.begin()

    def begin(self) -> None:
        """Let there be something to lose: a private room of three, a conversation of two, and all listen."""
        owner, moderator, member, stranger = PEOPLE
        self.make(owner, "private")
        for each in (moderator, member):
            self.invite(owner, each, 2)
        self.set_role(owner, moderator, 2, "moderator")
        self.talk_alone(owner, stranger)
        for who, number in product(PEOPLE, range(4)):
            self.enter(who, number)
        self.say(stranger, 3, "@olga")
        self.block(owner, stranger, "blockUser")

    def room(self, number: int) -> str:
        return self.rooms[number % len(self.rooms)]

    @rule(who=PERSON, kind=st.sampled_from(["public", "private"]))
    def make(self, who: Identity, kind: str) -> None:
        name = {"roomId": PUBLIC[0]} if kind == "public" else {}
        made = self.world.ask(who, "createRoom", kind=kind, title="A room", **name)
        if made != REFUSED and made["roomId"] not in self.made:  # else it is asked for again
            self.made.add(made["roomId"])
            self.rooms += [made["roomId"]] if kind == "private" else []
            self.roles[who.user_id, made["roomId"]] = "owner"

    @rule(who=PERSON, other=PERSON)
    def talk_alone(self, who: Identity, other: Identity) -> None:
        made = self.world.ask(who, "startDirect", userId=other.user_id)
        if made != REFUSED and made["roomId"] not in self.rooms:
            self.rooms.append(made["roomId"])
            self.roles |= {(each.user_id, made["roomId"]): "member" for each in (who, other)}

    @rule(who=PERSON, other=PERSON, number=ROOM)
    def invite(self, who: Identity, other: Identity, number: int) -> None:
        at = other.user_id, self.room(number)
        if self.world.ask(who, "inviteMember", roomId=at[1], userId=at[0]) != REFUSED:
            self.roles.setdefault(at, "member")

    @rule(who=PERSON, number=ROOM, uses=st.integers(1, 2))
    def make_a_link(self, who: Identity, number: int, uses: int) -> None:
        made = self.world.ask(who, "createInvite", roomId=self.room(number), uses=uses)
        self.codes += [made["code"]] if made != REFUSED else []

    @rule(who=PERSON, number=SAID)
    def follow_a_link(self, who: Identity, number: int) -> None:
        if self.codes:
            made = self.world.ask(who, "acceptInvite", code=self.codes[number % len(self.codes)])
            if made != REFUSED:
                self.roles.setdefault((who.user_id, made["roomId"]), "member")

    @rule(who=PERSON, other=PERSON, number=ROOM, role=st.sampled_from(["member", "moderator", "owner"]))
    def set_role(self, who: Identity, other: Identity, number: int, role: str) -> None:
        at = other.user_id, self.room(number)
        if self.world.ask(who, "setRole", roomId=at[1], userId=at[0], role=role) != REFUSED:
            self.roles[at] = role

    @rule(who=PERSON, other=PERSON, number=ROOM)
    def remove(self, who: Identity, other: Identity, number: int) -> None:
        at = other.user_id, self.room(number)
        if self.world.ask(who, "removeMember", roomId=at[1], userId=at[0]) != REFUSED:
            self.roles.pop(at, None)
            self.succeeded(at[1])

    @rule(
        who=PERSON,
        other=PERSON,
        number=ROOM,
        action=st.sampled_from(["muteMember", "banMember", "unban"]),
        seconds=st.sampled_from([60, 10**6]),
    )
    def restrict(self, who: Identity, other: Identity, number: int, action: str, seconds: int) -> None:
        for_so_long = {} if action == "unban" else {"seconds": seconds}
        self.world.ask(who, action, roomId=self.room(number), userId=other.user_id, **for_so_long)

    @rule(who=PERSON, other=PERSON, action=st.sampled_from(["blockUser", "unblockUser"]))
    def block(self, who: Identity, other: Identity, action: str) -> None:
        self.world.ask(who, action, userId=other.user_id)

    @rule(who=PERSON, number=ROOM)
    def enter(self, who: Identity, number: int) -> None:
        self.world.enter(who, self.room(number))

    @rule(who=PERSON, number=ROOM, whom=OTHER)
    def say(self, who: Identity, number: int, whom: str) -> None:
        said = self.world.say(who, self.room(number), f"{whom} hear number {len(self.said)}")
        self.said += [said] if said != REFUSED else []

    @rule(
        who=PERSON,
        number=SAID,
        change=st.sampled_from(
            [
                ("editMessage", {"content": "@sam hear another text"}),
                ("deleteMessage", {}),
                ("react", {"emoji": "\U0001f44d", "on": True}),
                ("react", {"emoji": "\U0001f44d", "on": False}),
                ("pinMessage", {"on": True}),
                ("pinMessage", {"on": False}),
            ]
        ),
    )
    def change(self, who: Identity, number: int, change: tuple[str, dict[str, Any]]) -> None:
        if self.said:
            target = self.said[-1 - number % len(self.said)]
            self.world.change(who, change[0], roomId=target.room_id, sortKey=target.sort_key, **change[1])

    @rule(who=PERSON, number=SAID)
    def read(self, who: Identity, number: int) -> None:
        if self.said:
            last = self.said[-1 - number % len(self.said)]
            self.world.ask(who, "markRead", roomId=last.room_id, sortKey=last.sort_key)

    @rule(who=PERSON, number=ROOM, days=st.integers(0, 2))
    def keep_so_long(self, who: Identity, number: int, days: int) -> None:
        self.world.ask(who, "updateRoom", roomId=self.room(number), title="A room", retentionDays=days)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.world.now += days * DAY_MS
        self.world.keep_less()

    @rule(who=PERSON)
    def delete_account(self, who: Identity) -> None:
        handle = who.user_id.removeprefix("id-")
        if len(self.gone) < 2 and self.world.ask(who, "deleteAccount", handle=handle) != REFUSED:
            self.gone.append(who)
            self.world.erase()
            rooms = [room for user, room in self.roles if user == who.user_id]
            self.roles = {at: role for at, role in self.roles.items() if at[0] != who.user_id}
            for room in rooms:
                self.succeeded(room)

    def succeeded(self, room: str) -> None:
        """A room whose owner is gone belongs to one of its members, if there is one."""
        now = {at: role for at, role in laws.roles(self.world).items() if at[1] == room}
        before = {at: role for at, role in self.roles.items() if at[1] == room}
        heirs = [at for at in now if now[at] == "owner" and before.get(at) != "owner"]
        if heirs and "owner" not in before.values():
            self.roles[heirs[0]] = "owner"

    @invariant()
    def members_are_those_who_were_made_members(self) -> None:
        assert laws.roles(self.world) == self.roles

    @invariant()
    def nobody_hears_a_room_that_they_may_not_read(self) -> None:
        assert list(laws.heard_by_those_who_may_not(self.world)) == []

    @invariant()
    def blocks_are_in_both_places(self) -> None:
        assert list(laws.blocked_in_one_place_alone(self.world, [each.user_id for each in self.gone])) == []

    @invariant()
    def nothing_is_found_that_is_not_there(self) -> None:
        assert list(laws.found_but_not_said(self.world)) == []
        assert list(laws.below_zero(self.world)) == []

    def teardown(self) -> None:
        for room in self.rooms:
            kept = [row["sortKey"] for row in self.world.rows("messages") if row["roomId"] == room]
            assert list(laws.pushed_otherwise(self.world, room, min(kept, default="9"))) == []
            for each in PEOPLE:
                assert list(laws.listed_wrongly(self.world, each, room)) == []
        for each in PEOPLE:
            assert list(laws.counted_wrongly(self.world, each)) == []
        for each in self.gone:
            assert list(laws.left_of(self.world, each.username)) == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("examples", [3, pytest.param(60, marks=pytest.mark.nightly)])
def test_the_laws_hold_whatever_is_asked_for(examples: int, moto_tables: "dict[str, Table]") -> None:
    Chat.client, Chat.tables = boto3.client("dynamodb"), moto_tables
    tried = settings(max_examples=of_fifty(examples), stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Chat, settings=tried)
