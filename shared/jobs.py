"""The one kind of job on the queues."""

from zlib import crc32

from shared.connections import Member, ProtocolVersion
from shared.protocol.message import Message, Wire


class Target(Wire):
    """A connection that is to get the message, and what it understands."""

    connection_id: str
    protocol: ProtocolVersion

    @classmethod
    def of(cls, member: Member) -> "Target":
        return cls(connection_id=member.connection_id, protocol=member.protocol)

    @property
    def member(self) -> Member:
        return Member(self.connection_id, self.protocol)


class DeliveryJob(Wire):
    """Bring `message` to `targets`, or to everyone in its room but `exclude` if there are none named.

    `attempt` counts the attempts that its targets have behind them.
    """

    message: Message
    targets: tuple[Target, ...] | None = None
    exclude: str | None = None
    attempt: int = 0

    def encode(self) -> str:
        """The body of the SNS or SQS message."""
        return self.model_dump_json(by_alias=True)


def shard_of(room_id: str, shards: int) -> int:
    """The shard whose queue carries the room's messages; the same in every process and release."""
    return crc32(room_id.encode()) % shards
