"""People, connections and messages that the tests speak of."""

from uuid import UUID

from services.fanout.records import Record
from shared.auth.identity import Identity
from shared.jobs import DeliveryJob, Outgoing, Target
from shared.protocol.message import Change, ChangeKind, Message, Notice, sort_key
from shared.stores.connections import Connection, ProtocolVersion
from shared.uuid7 import uuid7

NOW = 1_763_856_000_000
NOW_SECONDS = NOW // 1000
ALICE = Identity("a11ce", "Alice")
BOB = Identity("b0b", "Bob")


def identifier(number: int, at: int = NOW) -> UUID:
    """A UUIDv7 of that time, the same for the same number."""
    return uuid7(at, number.to_bytes(10, "big"))


def message(number: int = 0, *, room: str = "global", at: int = NOW, content: str = "Hello") -> Message:
    """Alice's message of that number; later numbers are later messages."""
    created_at = at + number
    key = str(identifier(number, created_at))
    return Message(
        room_id=room,
        sort_key=sort_key(created_at, key),
        message_id=key,
        user_id=ALICE.user_id,
        username=ALICE.username,
        content=content,
        created_at=created_at,
    )


def change_of(
    changed: Message,
    kind: ChangeKind,
    *,
    number: int = 10,
    by: Identity = ALICE,
    content: str = "",
    emoji: str | None = None,
    on: bool | None = None,
) -> Change:
    """A change of a message, as the entry of that number."""
    entry = message(number, room=changed.room_id, content=content)
    author = {"user_id": by.user_id, "username": by.username}
    own = {"kind": kind, "target": changed.sort_key, "emoji": emoji, "on": on}
    return Change.model_validate(entry.model_dump() | author | own)


def notice(number: int = 0, *, room: str = "global", about: str | None = BOB.user_id) -> Notice:
    """The notice of that number: Alice has removed somebody."""
    entry = message(number, room=room)
    return Notice(
        room_id=room,
        sort_key=entry.sort_key,
        message_id=entry.message_id,
        user_id=ALICE.user_id,
        created_at=entry.created_at,
        event="removed",
        about=about,
    )


def connection(
    connection_id: str,
    *,
    room: str = "global",
    identity: Identity = ALICE,
    protocol: ProtocolVersion = "v2",
    ttl: int = NOW_SECONDS + 60,
) -> Connection:
    """A connection in a room."""
    return Connection(connection_id, room, identity.user_id, identity.username, NOW, ttl, protocol)


def record(
    number: int = 0,
    *,
    targets: list[str] | None = None,
    exclude: str | None = None,
    attempt: int = 0,
    receive_count: int = 1,
    room: str = "global",
    content: str = "Hello",
    hops: int = 0,
    trace_header: str | None = None,
) -> Record:
    """A record with a job for that message; `targets` speak v2."""
    named = None if targets is None else tuple(Target(connection_id=t, protocol="v2") for t in targets)
    outgoing = Outgoing(
        message=message(number, room=room, content=content),
        exclude=exclude,
        accepted_at=NOW,
        trace_header=trace_header,
    )
    return Record(
        record_id=f"record-{number}",
        queue_name="chat-unit-shard-0",
        receipt_handle=f"handle-{number}",
        receive_count=receive_count,
        job=DeliveryJob(
            outgoing=(outgoing,),
            targets=named,
            attempt=attempt,
            hops=hops,
            found_at=NOW if named else None,
        ),
    )
