"""Noting what happens in rooms: entries of their logs, stored with what they tell of, then published."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from shared.auth.identity import Identity
from shared.protocol.message import Notice, NoticeEvent, sort_key
from shared.protocol.refusals import Refusal
from shared.rooms import Role
from shared.stores.notices import Notices
from shared.uuid7 import uuid7

_RANDOM_BYTES = 10


@dataclass(frozen=True, slots=True)
class Log:
    """Rooms' logs, as far as rooms themselves write them.

    `publish` asks for delivery to everyone in the room; it raises RateLimited or Unavailable.
    """

    notices: Notices
    publish: Callable[[Notice], None]

    def tell(self, *notices: Notice) -> None:
        """Publish notices that are stored. What fails is left to the sweeper: what they tell of is done."""
        for each in notices:
            with suppress(Refusal):
                self.publish(each)


def notice_of(
    event: NoticeEvent,
    room_id: str,
    actor: Identity,
    now: int,
    *,
    about: str | None = None,
    role: Role | None = None,
    text: str | None = None,
    days: int | None = None,
) -> Notice:
    """Make a notice of what `actor` does in a room at `now`, epoch ms; its id and place are drawn."""
    notice_id = str(uuid7(now, secrets.token_bytes(_RANDOM_BYTES)))
    return Notice(
        room_id=room_id,
        sort_key=sort_key(now, notice_id),
        message_id=notice_id,
        user_id=actor.user_id,
        created_at=now,
        event=event,
        about=about,
        role=role,
        text=text,
        days=days,
    )
