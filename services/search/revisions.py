"""Records of the messages table's stream, as what became of messages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.protocol.message import Message, is_message
from shared.stores.entries import entry_of_image


@dataclass(frozen=True, slots=True)
class Revision:
    """A message as it was, None if it was new, and as it is, None if its row is gone."""

    old: Message | None
    new: Message | None

    @property
    def key(self) -> tuple[str, str]:
        """Room and sort key of the message."""
        message = self.new or self.old
        if message is None:
            raise ValueError("a revision is of some message")
        return message.room_id, message.sort_key


def revisions_of(records: Iterable[Mapping[str, Any]]) -> Iterator[Revision]:
    """Read records in their order; those of changes and notices, and of no entry of a log, are left out."""
    for record in records:
        images = record.get("dynamodb", {})
        old, new = _message_of(images.get("OldImage")), _message_of(images.get("NewImage"))
        if old or new:
            yield Revision(old, new)


def _message_of(image: Any) -> Message | None:
    entry = entry_of_image(image) if isinstance(image, Mapping) else None
    return entry if entry and is_message(entry) else None
