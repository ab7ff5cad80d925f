"""Reporting a message to those who operate the chat."""

from services.rooms.making import Stores
from shared.auth.identity import Identity
from shared.protocol.refusals import InvalidFrame
from shared.protocol.room_frames import ReportMessage
from shared.rights import RoomAction
from shared.stores.messages import Messages
from shared.stores.rooms import Report


def report(frame: ReportMessage, user: Identity, *, stores: Stores, messages: Messages, now: int) -> None:
    """Keep a report for operators. Reporting a message again replaces what this user said of it.

    Args:
        frame: which message, and why.
        user: who reports.
        stores: where rooms and memberships are.
        messages: where the message is.
        now: epoch ms.

    Raises:
        Banned, Forbidden: the user may not read the room.
        InvalidFrame: there is no such message.
    """
    stores.memberships.check(RoomAction.REPORT, user.user_id, frame.room_id, now)
    reported = messages.find(frame.room_id, frame.sort_key)
    if reported is None:
        raise InvalidFrame("sortKey: there is no such message")
    stores.rooms.put_report(
        Report(
            room_id=frame.room_id,
            sort_key=frame.sort_key,
            author=reported.user_id,
            created_by=user.user_id,
            reason=frame.reason,
            created_at=now,
        )
    )
