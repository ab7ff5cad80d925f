"""Who owns a room whose owner is gone: the longest-standing moderator, or else member."""

from dataclasses import dataclass

from shared.auth.identity import Identity
from shared.noting import Log, notice_of
from shared.rooms import RANK
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.users import Users

PAGE = 100
LOOKED_AT_PAGES = 10  # of a room's members: among a thousand there is somebody


@dataclass(frozen=True, slots=True)
class Succession:
    """What handing over needs."""

    memberships: Memberships
    users: Users
    log: Log

    def hand_over(self, room_id: str, owner_id: str, now: int) -> str | None:
        """Make somebody the owner of a room in place of one who goes, unless it has another.

        It is noted in the room's log, as done by the one who goes. `now` is epoch ms.

        Returns:
            The id of whom it belongs to then, maybe already before; None if there is nobody. They may go at
            the same moment: who ends the membership of `owner_id` has `Memberships.owns` checked with it.

        Raises:
            RateLimited, Unavailable: from the store; it can be done again.
        """
        others = self._others(room_id, owner_id, now)
        for each in others:
            if each.role == "owner":
                return each.user_id
        for heir in sorted(others, key=lambda each: (-RANK[each.role], each.joined_at)):
            if not self.users.is_known(heir.user_id):
                continue
            owner = Identity(owner_id, owner_id)
            notice = notice_of("roleSet", room_id, owner, now, about=heir.user_id, role="owner")
            puts = self.log.notices.puts(notice)
            if self.memberships.set_role(heir.user_id, room_id, "owner", also=puts):
                self.log.tell(notice)
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
