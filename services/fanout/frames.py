"""Which frames a member gets for the entries of a batch, in which order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.fanout.records import Item
from shared.aws.callback import Frame
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Change, Message, Notice, is_message
from shared.protocol.replies import (
    Reply,
    change,
    changes,
    encode,
    new_message,
    new_message_v1,
    new_messages,
    notice,
)
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
    """Return the frames for a member: one a message for v1, as few as fit for v2. An entry comes once.

    v1 knows messages alone: who speaks it is told of nothing else, and may get no frame at all.
    """
    ordered = _by_entry(items)
    if protocol == "v2":
        return _packed(_coalesced(ordered), _frame)
    messages = [same for same in ordered if is_message(same[0].message)]
    return _packed([[same] for same in messages], _frame_v1)


def unpack(packed: Packed, indexes: Iterable[int]) -> Packed:
    """Return the entries of some frames, a frame each."""
    return _packed([[same] for index in indexes for same in _by_entry(packed.items[index])], _frame)


def _by_entry(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    by_entry: dict[str, list[Item]] = {}
    for item in items:
        by_entry.setdefault(item.message.sort_key, []).append(item)
    return [tuple(by_entry[key]) for key in sorted(by_entry)]


def _packed(groups: list[list[tuple[Item, ...]]], frame: Callable[[list[Message]], Frame]) -> Packed:
    return Packed(
        frames=tuple(frame([same[0].message for same in group]) for group in groups),
        items=tuple(tuple(item for same in group for item in same) for group in groups),
        found_at=min((item.found_at for group in groups for same in group for item in same), default=0),
    )


def _coalesced(ordered: list[tuple[Item, ...]]) -> list[list[tuple[Item, ...]]]:
    groups: list[list[tuple[Item, ...]]] = []
    size = 0
    for same in ordered:
        added = len(encode(_reply([same[0].message])))
        if not groups or size + added > FRAME_LIMIT_BYTES or not _are_alike(groups[-1][-1], same):
            groups.append([])
            size = 0
        groups[-1].append(same)
        size += added
    return groups


def _are_alike(some: tuple[Item, ...], others: tuple[Item, ...]) -> bool:
    one, other = some[0].message, others[0].message
    return type(one) is type(other) and not isinstance(one, Notice)


def _frame(entries: list[Message]) -> Frame:
    return Frame.of(encode(_reply(entries)))


def _frame_v1(messages: list[Message]) -> Frame:
    return Frame.of(encode(new_message_v1(messages[0])))


def _reply(entries: list[Message]) -> Reply:
    """Make the frame of messages alone, of changes alone, or of one notice: these are rare."""
    if isinstance(entries[0], Notice):
        return notice(entries[0])
    made = [each for each in entries if isinstance(each, Change)]
    if made:
        return change(made[0]) if len(made) == 1 else changes(made)
    return new_message(entries[0]) if len(entries) == 1 else new_messages(entries)
