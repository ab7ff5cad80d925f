"""Who may do what in a room: the one place that decides it.

docs/protocol/rights.md is the table of these rules, made by `python -m tests.support.rights_table`.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.protocol.refusals import Banned, Forbidden, Muted, Refusal
from shared.rooms import RANK, Role, RoomKind


class RoomAction(StrEnum):
    """What can be done in a room, in the words of the protocol."""

    READ = "read history and who is online"
    JOIN = "join"
    WRITE = "write and type"
    LIST_MEMBERS = "list members"
    REPORT = "report a message"
    EDIT = "edit one's own message"
    REACT = "react to a message"
    DELETE_OWN = "delete one's own message"
    LEAVE = "leave"
    LEAVE_FOR_GOOD = "leave for good"
    MENTION_HERE = "mention everybody who is there"
    INVITE = "invite"
    UPDATE = "change title and topic"
    SET_RETENTION = "set for how long messages are kept"
    DELETE_OTHERS = "delete somebody's message"
    PIN = "pin a message"
    READ_VERSIONS = "read a message's earlier texts"
    MUTE = "mute"
    REMOVE = "remove"
    BAN = "ban and unban"
    SET_ROLE = "set a role"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a user is in a room at this moment; a mute or ban that has run out is none.

    `blocked` is by the other of a conversation of two.
    """

    role: Role = "none"
    muted: bool = False
    banned: bool = False
    blocked: bool = False


STRANGER = Standing()

_OPEN = frozenset(
    {
        RoomAction.READ,
        RoomAction.JOIN,
        RoomAction.WRITE,
        RoomAction.LIST_MEMBERS,
        RoomAction.REPORT,
        RoomAction.EDIT,
        RoomAction.REACT,
        RoomAction.DELETE_OWN,
        RoomAction.LEAVE,
    }
)
"""What everybody may do in a public room, and members in any."""

_SAYING = frozenset(
    {RoomAction.WRITE, RoomAction.EDIT, RoomAction.REACT, RoomAction.MENTION_HERE, RoomAction.UPDATE}
)
"""What a mute or block forbids; a title and a topic are read by everybody, too."""

_LEAST_ROLE: dict[RoomAction, Role] = {
    RoomAction.MENTION_HERE: "moderator",
    RoomAction.INVITE: "moderator",
    RoomAction.UPDATE: "moderator",
    RoomAction.DELETE_OTHERS: "moderator",
    RoomAction.PIN: "moderator",
    RoomAction.READ_VERSIONS: "moderator",
    RoomAction.MUTE: "moderator",
    RoomAction.REMOVE: "moderator",
    RoomAction.BAN: "moderator",
    RoomAction.SET_RETENTION: "owner",
    RoomAction.SET_ROLE: "owner",
}
_ON_SOMEBODY = frozenset(
    {RoomAction.DELETE_OTHERS, RoomAction.MUTE, RoomAction.REMOVE, RoomAction.BAN, RoomAction.SET_ROLE}
)


def decide(
    action: RoomAction, kind: RoomKind, actor: Standing, target: Standing = STRANGER
) -> Refusal | None:
    """Decide whether `actor` may do it in a room of that kind.

    Args:
        action: what is to be done.
        kind: of the room.
        actor: who wants to do it.
        target: on whom, where it is done to somebody; in a deletion, the author.

    Returns:
        None if it is allowed, else the refusal to raise.
    """
    if action is RoomAction.LEAVE:
        return None
    if action is RoomAction.LEAVE_FOR_GOOD:  # also of who is banned or no member any more
        return Forbidden("a direct conversation keeps its two members") if kind == "direct" else None
    if actor.banned:
        return Banned("you are banned from this room")
    if kind != "public" and actor.role == "none":
        return Forbidden("this room is for its members")
    if action not in _OPEN and (refusal := _moderation(action, kind, actor, target)):
        return refusal
    return _silence(kind, actor) if action in _SAYING else None


def _silence(kind: RoomKind, actor: Standing) -> Refusal | None:
    if kind == "direct" and actor.blocked:
        return Forbidden("that is not allowed here")  # it is not told why
    return Muted("you are muted in this room") if actor.muted else None


def _moderation(action: RoomAction, kind: RoomKind, actor: Standing, target: Standing) -> Refusal | None:
    if kind == "direct":
        return Forbidden("a direct conversation has no roles")
    if RANK[actor.role] < RANK[_LEAST_ROLE[action]]:
        return Forbidden(f"that takes the role {_LEAST_ROLE[action]}")
    if action in _ON_SOMEBODY and RANK[target.role] >= RANK[actor.role]:
        return Forbidden("that is not allowed against somebody of the same role or a higher one")
    return None
