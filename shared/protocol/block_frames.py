"""`data` of the frames about whom a user blocks."""

from shared.protocol.message import Wire
from shared.protocol.room_frames import PageCursor, UserId


class Blocking(Wire):
    """`data` of blockUser and unblockUser: whom."""

    user_id: UserId


class ListBlocked(Wire):
    """A page of whom the user blocks."""

    cursor: PageCursor | None = None
