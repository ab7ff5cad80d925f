"""Who owns a room whose owner is gone: the longest-standing moderator, or else member."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from shared.protocol.message import Message, Notice, sort_key
from shared.protocol.refusals import Refusal
from shared.rooms import RANK
from shared.stores.memberships import Membership, Memberships
from shared.stores.notices import Notices
from shared.uuid7 import uuid7

PAGE = 100
LOOKED_AT_PAGES = 10  # of a room's members: among a thousand there is somebody


@dataclass(frozen=True, slots=True)
class Succession:
    """What handing over needs.

    `publish` asks for delivery to everyone in the room; it raises RateLimited or Unavailable. `random_bytes`
    gives so many.
    """

    memberships: Memberships
    notices: Notices
    publish: Callable[[Message], None]
    random_bytes: Callable[[int], bytes]

    def hand_over(self, room_id: str, owner_id: str, now: int) -> str | None:
        """Make somebody the owner of a room in place of one who goes, unless it has another.

        It is noted in the room's log, as done by the one who goes. `now` is epoch ms.

        Returns:
            The id of the new owner; None if there is another one already, or nobody to be it.

        Raises:
            RateLimited, Unavailable: from the store; it can be done again.
        """
        others = self._others(room_id, owner_id, now)
        if any(each.role == "owner" for each in others):
            return None
        for heir in sorted(others, key=lambda each: (-RANK[each.role], each.joined_at)):
            notice = self._notice(room_id, owner_id, heir.user_id, now)
            puts = self.notices.puts(notice)
            if self.memberships.set_role(heir.user_id, room_id, "owner", also=puts):
                with suppress(Refusal):  # it is stored: the sweeper publishes it
                    self.publish(notice)
                return heir.user_id
        return None

    def _others(self, room_id: str, owner_id: str, now: int) -> list[Membership]:
        found: list[Membership] = []
        after: str | None = None
        for _ in range(LOOKED_AT_PAGES):
            page = self.memberships.of_room(room_id, after, PAGE)
            found += page.memberships
            after = page.next
            if after is None:
                break
        return [
            each
            for each in found
            if each.user_id != owner_id and each.role != "none" and not each.standing(now).banned
        ]

    def _notice(self, room_id: str, owner_id: str, heir_id: str, now: int) -> Notice:
        notice_id = str(uuid7(now, self.random_bytes(10)))
        return Notice(
            room_id=room_id,
            sort_key=sort_key(now, notice_id),
            message_id=notice_id,
            user_id=owner_id,
            created_at=now,
            event="roleSet",
            about=heir_id,
            role="owner",
        )
