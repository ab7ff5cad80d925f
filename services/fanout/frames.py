"""Which frames a member gets for the messages of a batch, in which order."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.fanout.records import Item
from shared.aws.callback import Frame
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Message
from shared.protocol.replies import encode, new_message, new_messages
from shared.stores.connections import ProtocolVersion


@dataclass(frozen=True, slots=True)
class Packed:
    """Frames in `sortKey` order, and for each the items whose messages it brings.

    `found_at` is the earliest of the items'.
    """

    frames: tuple[Frame, ...]
    items: tuple[tuple[Item, ...], ...]
    found_at: int = 0

    def is_coalesced(self, index: int) -> bool:
        """Tell whether a frame brings several messages."""
        return len({item.message.sort_key for item in self.items[index]}) > 1


def pack(items: Iterable[Item], protocol: ProtocolVersion) -> Packed:
    """Return the frames for a member: one a message for v1, as few as fit for v2. A message comes once."""
    ordered = _by_message(items)
    return _packed(_coalesced(ordered) if protocol == "v2" else [[same] for same in ordered])


def unpack(packed: Packed, indexes: Iterable[int]) -> Packed:
    """Return the messages of some frames, a frame each."""
    return _packed([[same] for index in indexes for same in _by_message(packed.items[index])])


def _by_message(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    by_message: dict[str, list[Item]] = {}
    for item in items:
        by_message.setdefault(item.message.sort_key, []).append(item)
    return [tuple(by_message[key]) for key in sorted(by_message)]


def _packed(groups: list[list[tuple[Item, ...]]]) -> Packed:
    return Packed(
        frames=tuple(_frame([same[0].message for same in group]) for group in groups),
        items=tuple(tuple(item for same in group for item in same) for group in groups),
        found_at=min((item.found_at for group in groups for same in group for item in same), default=0),
    )


def _coalesced(ordered: list[tuple[Item, ...]]) -> list[list[tuple[Item, ...]]]:
    groups: list[list[tuple[Item, ...]]] = []
    size = 0
    for same in ordered:
        added = len(encode(new_message(same[0].message)))
        if not groups or size + added > FRAME_LIMIT_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(same)
        size += added
    return groups


def _frame(messages: list[Message]) -> Frame:
    reply = new_message(messages[0]) if len(messages) == 1 else new_messages(messages)
    return Frame.of(encode(reply))
