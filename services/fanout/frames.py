"""Which frames a member gets for the records of a batch, in which order."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.fanout.records import Record
from shared.aws.callback import Frame
from shared.protocol.message import Message
from shared.protocol.replies import encode, new_message, new_messages
from shared.stores.connections import ProtocolVersion

# As history's pages: API Gateway's messages end at 128 KB, the rest is room for the envelope.
COALESCED_LIMIT_BYTES = 96 * 1024


@dataclass(frozen=True, slots=True)
class Parcel:
    """Frames in `sortKey` order, and for each the records whose messages it brings."""

    frames: tuple[Frame, ...]
    records: tuple[tuple[Record, ...], ...]


def pack(records: Iterable[Record], protocol: ProtocolVersion) -> Parcel:
    """The frames for a member: one a message for v1, as few as fit for v2. A message comes once."""
    by_message: dict[str, list[Record]] = {}
    for record in records:
        by_message.setdefault(record.job.message.sort_key, []).append(record)
    ordered = [tuple(by_message[key]) for key in sorted(by_message)]
    groups = _coalesced(ordered) if protocol == "v2" else [[same] for same in ordered]
    return Parcel(
        frames=tuple(_frame([same[0].job.message for same in group]) for group in groups),
        records=tuple(tuple(record for same in group for record in same) for group in groups),
    )


def _coalesced(ordered: list[tuple[Record, ...]]) -> list[list[tuple[Record, ...]]]:
    groups: list[list[tuple[Record, ...]]] = []
    size = 0
    for same in ordered:
        added = len(encode(new_message(same[0].job.message)))
        if not groups or size + added > COALESCED_LIMIT_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(same)
        size += added
    return groups


def _frame(messages: list[Message]) -> Frame:
    reply = new_message(messages[0]) if len(messages) == 1 else new_messages(messages)
    return Frame.of(encode(reply))
