"""The table of rights as frames: what to send for each action, and what it must be answered by."""

from typing import Any

from shared.rights import RoomAction, Standing, decide
from shared.rooms import RoomKind

NEVER = "1763856000000#none"  # the sort key of no message
FRAMES: dict[RoomAction, tuple[str, dict[str, Any]]] = {
    RoomAction.READ: ("getMessages", {}),
    RoomAction.JOIN: ("joinRoom", {}),
    RoomAction.WRITE: ("sendMessage", {"content": "I may"}),
    RoomAction.LIST_MEMBERS: ("listMembers", {}),
    RoomAction.REPORT: ("reportMessage", {"sortKey": NEVER}),
    RoomAction.EDIT: ("editMessage", {"sortKey": NEVER, "content": "I may"}),
    RoomAction.REACT: ("react", {"sortKey": NEVER, "emoji": "\U0001f44d", "on": True}),
    RoomAction.PIN: ("pinMessage", {"sortKey": NEVER, "on": True}),
    RoomAction.READ_VERSIONS: ("listVersions", {"sortKey": NEVER}),
    RoomAction.DELETE_OWN: ("deleteMessage", {"sortKey": NEVER}),
    RoomAction.INVITE: ("createInvite", {}),
    RoomAction.UPDATE: ("updateRoom", {"title": "A new title"}),
    RoomAction.SET_RETENTION: ("updateRoom", {"title": "A new title", "retentionDays": 30}),
    # On a member, and such that the next who tries finds the room as it was.
    RoomAction.MUTE: ("muteMember", {"seconds": 0}),
    RoomAction.BAN: ("unban", {}),
    RoomAction.SET_ROLE: ("setRole", {"role": "member"}),
    RoomAction.REMOVE: ("removeMember", {}),
    RoomAction.LEAVE: ("leaveRoom", {}),
}
ON_SOMEBODY = {RoomAction.MUTE, RoomAction.BAN, RoomAction.SET_ROLE, RoomAction.REMOVE}
ON_A_MESSAGE = {
    RoomAction.REPORT,
    RoomAction.EDIT,
    RoomAction.REACT,
    RoomAction.DELETE_OWN,
    RoomAction.PIN,
    RoomAction.READ_VERSIONS,
}
ELSEWHERE = {
    RoomAction.LEAVE_FOR_GOOD,  # removes oneself: tests/unit/rooms/test_leaving_for_good.py
    RoomAction.DELETE_OTHERS,  # takes a message of somebody else: tests/unit/shared/test_changes_rights.py
    RoomAction.MENTION_HERE,  # is never refused, but left out: tests/unit/shared/test_sends_rights.py
}
ALLOWED = "allowed"


def frame_of(action: RoomAction, room_id: str, target: str) -> tuple[str, dict[str, Any]]:
    """Return the name and `data` of the frame that does it, to `target` where it is done to somebody."""
    name, data = FRAMES[action]
    return name, {"roomId": room_id, **data, **({"userId": target} if action in ON_SOMEBODY else {})}


def expected(action: RoomAction, kind: RoomKind, actor: Standing) -> str:
    """Return the code of the refusal, or ALLOWED. The target is a member."""
    target = Standing("member") if action in ON_SOMEBODY else Standing()
    if refusal := decide(action, kind, actor, target):
        return refusal.code.value
    # Who may is told that there is no such message.
    return "INVALID_FRAME" if action in ON_A_MESSAGE else ALLOWED


def answer(reply: dict[str, Any]) -> str:
    """Return what a reply says: the code of an error, or ALLOWED."""
    return str(reply["data"]["code"]) if reply["type"] == "error" else ALLOWED
