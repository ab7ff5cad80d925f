"""The transaction of a change decides as the table of rights does, whoever makes it on whose message."""

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from services.ingest.changing import Log, change
from shared.auth.identity import Identity
from shared.protocol.frames import Frame
from shared.protocol.message import Change, Message
from shared.protocol.refusals import Refusal
from shared.rights import RoomAction, Standing, decide
from shared.rooms import Role, kind_of, private_room_id
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, BOB, NOW, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PRIVATE = private_room_id(bytes(16))
ROLES: list[Role] = ["none", "member", "moderator", "owner"]
STANDINGS = [
    Standing(role, muted=muted, banned=banned)
    for role in ROLES
    for muted in (False, True)
    for banned in (False, True)
]
KINDS = ["global", PRIVATE]
FRAMES: dict[RoomAction, tuple[str, dict[str, Any]]] = {
    RoomAction.EDIT: ("editMessage", {"content": "Hi"}),
    RoomAction.REACT: ("react", {"emoji": "\U0001f44d", "on": True}),
    RoomAction.PIN: ("pinMessage", {"on": True}),
    RoomAction.DELETE_OWN: ("deleteMessage", {}),
}


def put_standing(memberships: Memberships, who: Identity, room: str, standing: Standing) -> None:
    if standing.role != "none":
        memberships.join(Membership(who.user_id, room, who.username, standing.role, NOW))
    if standing.muted:
        memberships.mute(who.user_id, room, NOW + 60_000, NOW)
    if standing.banned:
        memberships.ban(who.user_id, room, NOW + 60_000, NOW)


@pytest.fixture
def log(sends: Sends, messages: Messages, memberships: Memberships) -> Log:
    return Log(sends, messages, memberships, "messages", "memberships", "rooms", edit_window_ms=60_000)


@pytest.fixture
def keep(dynamodb: "DynamoDBClient") -> Callable[[Message], object]:
    """Stores a message whose author may have left since."""
    return lambda said: dynamodb.put_item(TableName="messages", Item=marshal(item_of(said)))


def attempt(log: Log, said: Message, who: Identity, action: str, **data: Any) -> type[Refusal] | None:
    """What came of it, and nothing is published unless it was done."""
    published: list[Message] = []
    wanted = {"roomId": said.room_id, "sortKey": said.sort_key, **data}
    frame = Frame(action=action, data=wanted)
    try:
        change(frame, who, log=log, publish=published.append, now=NOW + 10, random_bytes=bytes(10))
    except Refusal as refusal:
        assert published == []
        return type(refusal)
    assert [type(each) for each in published] == [Change]
    return None


@pytest.mark.parametrize("action", FRAMES)
@pytest.mark.parametrize(("room", "standing"), list(product(KINDS, STANDINGS)))
def test_what_one_does_to_ones_own_message(
    *,
    log: Log,
    keep: Callable[[Message], object],
    memberships: Memberships,
    room: str,
    standing: Standing,
    action: RoomAction,
) -> None:
    said = message(1, room=room)
    keep(said)
    put_standing(memberships, ALICE, room, standing)
    expected = decide(action, kind_of(room), standing)
    name, data = FRAMES[action]

    done = attempt(log, said, ALICE, name, **data)

    assert done is (type(expected) if expected else None)


PLAIN = [Standing(role) for role in ROLES]
# A mute or ban refuses alike, whosever the message is said to be.
DELETIONS: list[tuple[str, Standing, Role, dict[str, str]]] = [
    *product(KINDS, STANDINGS, ROLES, [{"author": ALICE.user_id}]),
    *product(KINDS[:1], PLAIN, ROLES, [{}, {"author": "nobody"}]),
]


@pytest.mark.parametrize(("room", "actor", "author", "named"), DELETIONS)
def test_what_one_deletes_of_somebody_else(
    *,
    log: Log,
    keep: Callable[[Message], object],
    memberships: Memberships,
    messages: Messages,
    room: str,
    actor: Standing,
    author: Role,
    named: dict[str, str],
) -> None:
    said = message(1, room=room)
    keep(said)
    put_standing(memberships, ALICE, room, Standing(author))
    put_standing(memberships, BOB, room, actor)
    expected = decide(RoomAction.DELETE_OTHERS, kind_of(room), actor, Standing(author))

    done = attempt(log, said, BOB, "deleteMessage", **named)

    assert done is (type(expected) if expected else None)
    left = messages.find(room, said.sort_key)
    assert left is not None
    assert (left.deleted_at is None) == (expected is not None)


def test_an_author_who_rises_while_a_moderator_deletes_keeps_the_message(
    log: Log, memberships: Memberships, messages: Messages
) -> None:
    said = message(1)
    log.sends.put_once(said)
    put_standing(memberships, ALICE, "global", Standing("member"))
    put_standing(memberships, BOB, "global", Standing("moderator"))

    class Rising(Memberships):
        """Makes the author an owner once both roles have been read."""

        def standing(self, user_id: str, room_id: str, now: int) -> Standing:
            found = memberships.standing(user_id, room_id, now)
            if user_id == ALICE.user_id:
                memberships.set_role(user_id, room_id, "owner")
            return found

    risen = Log(log.sends, log.messages, Rising(None, ""), "messages", "memberships", "rooms", 60_000)  # type: ignore[arg-type]  # a double

    assert attempt(risen, said, BOB, "deleteMessage") is not None
    left = messages.find("global", said.sort_key)
    assert left is not None
    assert left.content == "Hello"
