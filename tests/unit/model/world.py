"""The whole back end on moto, without handlers: what users ask for, schedules do and streams carry."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from itertools import count
from typing import TYPE_CHECKING, Any

from services.history.retention import Keeper, apply_retention
from services.ingest import changing
from services.ingest.erasing import Eraser, erase
from services.ingest.sending import send
from services.rooms.actions import ACTIONS
from services.rooms.asked import Asked
from services.rooms.finding import Lookout
from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from services.rooms.telling import Telling
from services.search.indexing import index
from services.search.mentioning import People, note_mentions
from services.search.revisions import revisions_of
from shared.auth.identity import Identity
from shared.noting import Log
from shared.protocol.frames import Frame, SendMessage
from shared.protocol.message import Message
from shared.protocol.refusals import Refusal
from shared.rate import Bucket
from shared.rights import RoomAction
from shared.stores.blocks import Blocks
from shared.stores.choices import Choices
from shared.stores.connections import Connections
from shared.stores.dynamodb import unmarshal
from shared.stores.erasures import Erasures
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mentioned
from shared.stores.messages import Messages
from shared.stores.notices import Notices
from shared.stores.old_entries import OldEntries
from shared.stores.profiles import Profile, Profiles
from shared.stores.retentions import Retentions
from shared.stores.rooms import Rooms
from shared.stores.sends import Sends
from shared.stores.traces import Traces
from shared.stores.users import Users
from shared.stores.words import Words
from tests.unit.examples import NOW, connection
from tests.unit.known import make_known

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

AMPLE = Bucket(burst=1_000, every_ms=1)
REFUSED = "refused"


class Inline(Executor):
    """Does at once what it is asked for."""

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **_: Any) -> Iterator[Any]:
        return iter(list(map(fn, *iterables)))


class World:
    """The tables, a clock, and what was pushed."""

    def __init__(self, client: "DynamoDBClient", users: Iterable[Identity]) -> None:
        self.client = client
        self.now = NOW
        self.pushed: list[Message] = []
        self._numbers = count(1)
        self._seen: dict[tuple[str, str], dict[str, Any]] = {}
        self.users = Users(client, "users")
        self.memberships = Memberships(client, "memberships")
        self.blocks = Blocks(client, "users", "memberships")
        self.connections = Connections(client, "connections")
        self.messages = Messages(client, "messages")
        self.mentioned = Mentioned(client, "users")
        self.profiles = Profiles(client, "users")
        self.notices = Notices("messages")
        self.sends = Sends(client, "messages", "users", "memberships", AMPLE)
        self.stores = Stores(
            Rooms(client, "rooms", "memberships"),
            self.memberships,
            Choices(client, "memberships"),
            Log(self.notices, self.pushed.append),
            self.users,
            self.blocks,
        )
        for user in users:
            make_known(client, user.user_id)
            handle = user.user_id.removeprefix("id-")
            self.profiles.put(Profile(user.user_id, handle, user.username), None, NOW // 1000)

    def random_bytes(self, size: int = 10) -> bytes:
        """Return bytes that are drawn once."""
        return next(self._numbers).to_bytes(size, "big")

    def ask(self, user: Identity, action: str, **data: Any) -> Any:
        """Return `data` of the reply to a frame about rooms, or REFUSED."""
        telling = Telling(self.connections, lambda _id, _frame: None, Inline())
        erasures = Erasures(self.client, "users")
        asked = Asked(
            Frame(action=action, data=data),
            user,
            self.now,
            self.stores,
            self.profiles,
            Lookout(self.connections, self.messages, Inline()),
            telling,
            self.connections.evict,
            Leaving(erasures, self.connections, telling.post, self._close, lambda _: None),
            "asking=",
            lambda _what: None,
        )
        return self._tried(user, lambda: ACTIONS[action](asked).get("data", "ack"))

    def say(self, user: Identity, room_id: str, content: str) -> Any:
        """Return the message that somebody says, or REFUSED."""
        frame = SendMessage.model_validate({"roomId": room_id, "content": content})

        def sent() -> Message:
            return send(
                frame,
                user,
                sends=self.sends,
                messages=self.messages,
                publish=self.pushed.append,
                now=self.now,
                random_bytes=self.random_bytes(),
            )

        return self._tried(user, sent)

    def change(self, user: Identity, action: str, **data: Any) -> Any:
        """Return the change that somebody makes, or REFUSED."""
        log = changing.Log(
            self.sends, self.messages, self.memberships, "messages", "memberships", "rooms", 10**12
        )

        def changed() -> Message:
            return changing.change(
                Frame(action=action, data=data),
                user,
                log=log,
                publish=self.pushed.append,
                now=self.now,
                random_bytes=self.random_bytes(),
            )

        return self._tried(user, changed)

    def enter(self, user: Identity, room_id: str) -> Any:
        """Let a connection of theirs join a room."""

        def joined() -> None:
            self.memberships.check(RoomAction.JOIN, user.user_id, room_id, self.now)
            at = connection(f"{user.user_id}=", room=room_id, identity=user)
            self.connections.put(at)

        return self._tried(user, joined)

    def erase(self) -> None:
        """Let the eraser come two minutes later, as it does until nothing is left."""
        for _ in range(3):
            self.now += 61_000
            erase(
                Eraser(
                    erasures=Erasures(self.client, "users"),
                    traces=Traces(self.client, "messages", "rooms"),
                    memberships=self.memberships,
                    users=self.users,
                    notices=self.notices,
                    mentioned=self.mentioned,
                    blocks=self.blocks,
                    connections=self.connections,
                    close=self._close,
                    publish=self.pushed.append,
                    now=lambda: self.now / 1000,
                    sleep=self._sleep,
                    random_bytes=self.random_bytes,
                )
            )
            self.follow_stream()

    def keep_less(self) -> None:
        """Let retention be applied."""
        entries = OldEntries(self.client, "messages", "rooms")
        keeper = Keeper(Retentions(self.client, "rooms"), entries, lambda: self.now / 1000, lambda _: None)
        apply_retention(keeper)
        self.follow_stream()

    def follow_stream(self) -> None:
        """Let the index and the mentions follow what has become of messages since the last time."""
        rows = {(row["roomId"]["S"], row["sortKey"]["S"]): row for row in self._scan("messages")}
        records = [
            {"dynamodb": {"OldImage": self._seen.get(key), "NewImage": rows.get(key)}}
            for key in sorted(rows.keys() | self._seen.keys())
            if rows.get(key) != self._seen.get(key)
        ]
        self._seen = rows
        revisions = list(revisions_of(records))
        index(revisions, Words(self.client, "words"))
        people = People(self.profiles, self.memberships, self.connections, self.blocks)
        note_mentions(revisions, self.mentioned, people, self.now)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table, but those whose time is over."""
        rows = map(unmarshal, self._scan(table))
        return [row for row in rows if "ttl" not in row or row["ttl"] * 1000 > self.now]

    def _scan(self, table: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("scan").paginate(TableName=table)
        return [dict(item) for page in pages for item in page["Items"]]

    def _close(self, connection_id: str) -> None:
        self.connections.remove_all(connection_id)

    def _sleep(self, seconds: float) -> None:
        self.now += int(seconds * 1000)

    def _tried(self, user: Identity, carry_out: Callable[[], Any]) -> Any:
        """Do what a user wants whose account there is, a second later than what was done last."""
        self.now += 1_000
        try:
            self.users.check(user, self.now)
            return carry_out()
        except Refusal:
            return REFUSED
        finally:
            self.follow_stream()
