"""Rooms on moto, asked for by frames."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from services.rooms.actions import ACTIONS
from services.rooms.asked import Asked
from services.rooms.finding import Lookout
from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from services.rooms.telling import Telling
from shared.auth.identity import Identity
from shared.noting import Log
from shared.protocol.frames import Frame
from shared.protocol.message import Notice
from shared.protocol.refusals import Refusal
from shared.rate import Bucket
from shared.stores.blocks import Blocks
from shared.stores.choices import Choices
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.notices import Notices
from shared.stores.profiles import Profiles
from shared.stores.rooms import Rooms
from shared.stores.users import Users
from tests.unit.examples import NOW_SECONDS
from tests.unit.known import make_known

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOW = NOW_SECONDS * 1000
OLGA, MARA, ALEX, SAM = (
    Identity(f"id-{name}", name.capitalize()) for name in ("olga", "mara", "alex", "sam")
)

ASKING = "asking="  # the connection that frames come by

FIVE = Bucket(burst=5, every_ms=1_000)  # of handles and conversations

Ask = Callable[..., Any]


@pytest.fixture
def published() -> list[Notice]:
    """The notices that were published."""
    return []


@pytest.fixture
def stores(dynamodb: "DynamoDBClient", published: list[Notice]) -> Stores:
    make_known(dynamodb, *(user.user_id for user in (OLGA, MARA, ALEX, SAM)))
    return Stores(
        Rooms(dynamodb, "rooms", "memberships"),
        Memberships(dynamodb, "memberships"),
        Choices(dynamodb, "memberships"),
        Log(Notices("messages"), published.append),
        Users(dynamodb, "users"),
        Blocks(dynamodb, "users", "memberships"),
    )


@pytest.fixture
def lookout(connections: Connections, messages: Messages) -> Iterator[Lookout]:
    with ThreadPoolExecutor(2) as executor:
        yield Lookout(connections, messages, executor)


@pytest.fixture
def profiles(dynamodb: "DynamoDBClient") -> Profiles:
    return Profiles(dynamodb, "users")


@pytest.fixture
def told() -> list[tuple[str, Any]]:
    """What connections were told: their ids, and frames."""
    return []


@pytest.fixture
def telling(connections: Connections, lookout: Lookout, told: list[tuple[str, Any]]) -> Telling:
    return Telling(connections, lambda to, frame: told.append((to, json.loads(frame))), lookout.executor)


@pytest.fixture
def closed() -> list[str]:
    """Ids of connections that were closed."""
    return []


@pytest.fixture
def leaving(
    dynamodb: "DynamoDBClient", connections: Connections, telling: Telling, closed: list[str]
) -> Leaving:
    def close(connection_id: str) -> None:
        closed.append(connection_id)
        connections.remove_all(connection_id)

    return Leaving(Erasures(dynamodb, "users"), connections, telling.post, close, lambda _seconds: None)


@pytest.fixture
def ask(stores: Stores, profiles: Profiles, lookout: Lookout, telling: Telling, leaving: Leaving) -> Ask:
    """Sends a frame as a user; gives the reply's `data`, or the code of the error."""

    def ask(user: Identity, action: str, now: int = NOW, **data: Any) -> Any:
        frame = Frame(action=action, data=data)
        asked = Asked(
            frame,
            user,
            now,
            stores,
            profiles,
            lookout,
            telling,
            leaving.connections.evict,
            leaving,
            ASKING,
            lambda what: stores.users.spend(user, what, FIVE, now),
        )
        try:
            return ACTIONS[action](asked).get("data", "ack")
        except Refusal as refusal:
            return refusal.code.value

    return ask


@pytest.fixture
def private(ask: Ask) -> str:
    """A private room of Olga, with Mara as moderator and Alex as member."""
    room_id: str = ask(OLGA, "createRoom", kind="private", title="Plans")["roomId"]
    for user in (MARA, ALEX):
        assert ask(OLGA, "inviteMember", roomId=room_id, userId=user.user_id) == "ack"
    assert ask(OLGA, "setRole", roomId=room_id, userId=MARA.user_id, role="moderator") == "ack"
    return room_id
