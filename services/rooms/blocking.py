"""Whom users do not want to hear of, and what those may not do to them."""

from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.protocol.refusals import Forbidden, InvalidFrame
from shared.stores.blocks import BlockPage

BLOCKED_LIMIT = 500  # of a user; some more where several devices block at once
BLOCKED_PAGE = 100


def block(user_id: str, user: Identity, *, stores: Stores, now: int) -> bool:
    """Block somebody at `now`, epoch ms; return whether they were not blocked. They are not told.

    Raises:
        InvalidFrame: it is the user themselves, or nobody.
        Forbidden: the user blocks too many.
    """
    if user_id == user.user_id:
        raise InvalidFrame("userId: nobody blocks themselves")
    if stores.blocks.among([(user.user_id, user_id)]):
        return False
    if not stores.users.is_known(user_id):
        raise InvalidFrame("userId: there is no such user")
    if len(stores.blocks.of_user(user.user_id, None, BLOCKED_LIMIT).blocks) == BLOCKED_LIMIT:
        raise Forbidden("so many are blocked and no more")
    stores.blocks.put(user.user_id, user_id, now)
    return True


def unblock(user_id: str, user: Identity, *, stores: Stores) -> bool:
    """Block somebody no more; return whether they were blocked."""
    if not stores.blocks.among([(user.user_id, user_id)]):
        return False
    stores.blocks.remove(user.user_id, user_id)
    return True


def blocked_by(user: Identity, cursor: str | None, *, stores: Stores) -> BlockPage:
    """Return a page of whom a user blocks."""
    return stores.blocks.of_user(user.user_id, cursor, BLOCKED_PAGE)
