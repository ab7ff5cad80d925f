"""The two kinds of job on the queues: a message to deliver, and an event that is worth nothing later."""

from typing import Annotated, Any, Literal
from zlib import crc32

from pydantic import Discriminator, Field, Tag, TypeAdapter, ValidationError, model_validator
from pydantic_core import to_json

from shared.protocol.message import Entry, Message, Wire, is_message
from shared.protocol.presence import User
from shared.stores.connections import Connection, Member, ProtocolVersion

EventKind = Literal["joined", "left", "typing"]
LATER_TARGETS = "targetsOfChanges"


class Target(Wire):
    """A connection that is to get the message, and what it understands."""

    connection_id: str
    protocol: ProtocolVersion

    @classmethod
    def of(cls, member: Member) -> "Target":
        """Name a member as a target."""
        return cls(connection_id=member.connection_id, protocol=member.protocol)

    @property
    def member(self) -> Member:
        """The member that it names."""
        return Member(self.connection_id, self.protocol)


class Outgoing(Wire):
    """An entry of a room's log on its way, and the connection that is not to get it: its author's.

    That has it as the reply.

    `accepted_at` is the epoch ms at which the message was accepted, `trace_header` the X-Ray header of its
    sender; both travel with it, for the logs and the lag.
    """

    message: Entry
    exclude: str | None = None
    accepted_at: int | None = None
    trace_header: str | None = None


class DeliveryJob(Wire):
    """Bring entries of one room's log to `targets`, or to everyone in the room if there are none named.

    They are messages, or they are changes of messages and notices, which v1 clients are not told of. A worker
    of a release before those must take none for a message: to it, a job of them names no targets (they are in
    `LATER_TARGETS`), so that it delivers nothing and leaves no mark, and the sweeper publishes it again.

    `attempt` counts the attempts that its targets have behind them, `hops` how often the fan-out has sent it,
    or a job that it comes from, on to a queue. `found_at` is when the targets were found in the room, epoch
    ms; without it they are looked up before anything is posted to them.
    """

    outgoing: tuple[Outgoing, ...] = Field(min_length=1)
    targets: tuple[Target, ...] | None = None
    attempt: int = 0
    hops: int = 0
    found_at: int | None = None

    @classmethod
    def of(
        cls,
        message: Message,
        *,
        exclude: str | None = None,
        targets: tuple[Target, ...] | None = None,
        attempt: int = 0,
    ) -> "DeliveryJob":
        """Return the job of one message."""
        outgoing = Outgoing(message=message, exclude=exclude)
        return cls(outgoing=(outgoing,), targets=targets, attempt=attempt)

    @model_validator(mode="before")
    @classmethod
    def _of_one_message(cls, value: Any) -> Any:
        """Read the form of releases before 2, whose jobs wait in queues and dead-letter queues."""
        if isinstance(value, dict) and LATER_TARGETS in value:
            kept = {name: each for name, each in value.items() if name != LATER_TARGETS}
            return kept | {"targets": value[LATER_TARGETS]}
        if not isinstance(value, dict) or "message" not in value:
            return value
        kept = {name: each for name, each in value.items() if name not in ("message", "exclude")}
        return kept | {"outgoing": [{"message": value["message"], "exclude": value.get("exclude")}]}

    @property
    def room_id(self) -> str:
        """The room of all its messages."""
        return self.outgoing[0].message.room_id

    @property
    def is_of_messages(self) -> bool:
        """Whether it brings messages rather than changes and notices."""
        return is_message(self.outgoing[0].message)

    def encode(self) -> str:
        """Return the body of the SNS or SQS message."""
        if self.is_of_messages:
            return self.model_dump_json(by_alias=True, exclude_none=True)
        body = self.model_dump(by_alias=True, exclude_none=True, mode="json")
        return to_json(body | {"targets": [], LATER_TARGETS: body.get("targets")}).decode()


class EphemeralEvent(User):
    """What a user does in a room. It is never stored, and dropped rather than tried again.

    `at` is the server's clock once it was done, epoch ms.
    """

    kind: EventKind
    room_id: str
    at: int

    @classmethod
    def of(cls, kind: EventKind, connection: Connection, at: int) -> "EphemeralEvent":
        """Make the event of what the user of a connection does in its room."""
        return cls(
            kind=kind,
            room_id=connection.room_id,
            user_id=connection.user_id,
            username=connection.username,
            at=at,
        )


class EphemeralJob(Wire):
    """Tell `event` to everyone in its room but `exclude`, the connection that it comes from."""

    event: EphemeralEvent
    exclude: str

    def encode(self) -> str:
        """Return the body of the SNS or SQS message."""
        return self.model_dump_json(by_alias=True)


class NotAJob(Exception):
    """A body is no job; the message says why, and quotes nothing of it."""


# The tags end the sentence "this is not …".
_DELIVERY, _EPHEMERAL = "a DeliveryJob", "an EphemeralJob"


def _kind(value: Any) -> str:
    return _EPHEMERAL if isinstance(value, dict) and "event" in value else _DELIVERY


_JOB: TypeAdapter[DeliveryJob | EphemeralJob] = TypeAdapter(
    Annotated[
        Annotated[DeliveryJob, Tag(_DELIVERY)] | Annotated[EphemeralJob, Tag(_EPHEMERAL)],
        Discriminator(_kind),
    ],
    config={"hide_input_in_errors": True},
)


def read_job(body: str) -> DeliveryJob | EphemeralJob:
    """Return the job in the body of an SQS message. Raises NotAJob."""
    try:
        return _JOB.validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        kind, *place = fault["loc"] or (_DELIVERY,)
        raise NotAJob(f"not {kind}: {'.'.join(map(str, place))} {fault['msg']}") from None


def shard_of(room_id: str, shards: int) -> int:
    """Return the shard whose queue carries the room's messages; the same in every process and release."""
    return crc32(room_id.encode()) % shards
