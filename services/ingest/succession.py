"""Who owns a room whose owner is gone: the longest-standing moderator, or else member."""

from shared.rooms import RANK
from shared.stores.memberships import Membership, Memberships

PAGE = 100
LOOKED_AT_PAGES = 10  # of a room's members: among a thousand there is somebody


def hand_over(room_id: str, owner_id: str, memberships: Memberships, now: int) -> str | None:
    """Make somebody the owner of a room in place of one who goes, unless it has another. `now` is epoch ms.

    Returns:
        The id of the new owner; None if there is another one already, or nobody to be it.

    Raises:
        RateLimited, Unavailable: from the store; it can be done again.
    """
    others = _others(room_id, owner_id, memberships, now)
    if any(each.role == "owner" for each in others):
        return None
    for heir in sorted(others, key=lambda each: (-RANK[each.role], each.joined_at)):
        if memberships.set_role(heir.user_id, room_id, "owner"):
            return heir.user_id
    return None


def _others(room_id: str, owner_id: str, memberships: Memberships, now: int) -> list[Membership]:
    found: list[Membership] = []
    after: str | None = None
    for _ in range(LOOKED_AT_PAGES):
        page = memberships.of_room(room_id, after, PAGE)
        found += page.memberships
        after = page.next
        if after is None:
            break
    return [
        each
        for each in found
        if each.user_id != owner_id and each.role != "none" and not each.standing(now).banned
    ]
