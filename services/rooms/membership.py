"""Inviting, leaving, and what moderators and owners may do."""

from collections.abc import Callable
from dataclasses import replace

from services.rooms.making import Stores, member
from shared.auth.identity import Identity
from shared.noting import notice_of
from shared.protocol.refusals import Forbidden, InvalidFrame
from shared.protocol.room_frames import CreateInvite, OfMember, Restrict, SetNotify, SetRole
from shared.rights import RoomAction, Standing, decide
from shared.rooms import kind_of
from shared.stores.memberships import MembershipPage
from shared.stores.rooms import Invite

MEMBERS_PAGE = 100
KEPT_ROOMS = 200  # of a user; who is told less of more rooms than that is told of those again

Expel = Callable[[str, str], None]
"""Takes a user's connections out of a room: user id, room id."""


def invite(frame: OfMember, actor: Identity, *, stores: Stores, now: int) -> None:
    """Make a user a member. Inviting a member again changes nothing.

    Raises:
        Banned, Forbidden: the actor may not, or the user is banned from the room.
    """
    _allow(RoomAction.INVITE, frame.room_id, actor, stores, now)
    if stores.memberships.standing(frame.user_id, frame.room_id, now).banned:
        raise Forbidden("that user is banned from this room")
    invited = member(Identity(frame.user_id, frame.user_id), frame.room_id, "member", now)
    if kind_of(frame.room_id) == "public":  # who comes and goes there is presence: it may be thousands
        stores.memberships.join(invited)
        return
    notice = notice_of("added", frame.room_id, actor, now, about=frame.user_id)
    if stores.memberships.join(invited, also=stores.log.notices.puts(notice)):
        stores.log.tell(notice)


def create_invite(frame: CreateInvite, actor: Identity, *, stores: Stores, now: int, code: str) -> Invite:
    """Make an invitation to send as a link; `code` is its secret.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.INVITE, frame.room_id, actor, stores, now)
    expires_at = now // 1000 + frame.expires_in_seconds
    made = Invite(code, frame.room_id, actor.user_id, expires_at, frame.uses)
    stores.rooms.put_invite(made)
    return made


def accept_invite(code: str, user: Identity, *, stores: Stores, now: int) -> str:
    """Become a member by an invitation; return the room's id. A member's acceptance uses nothing up.

    Raises:
        Forbidden: there is no such invitation any more.
        Banned: the user is banned from the room.
    """
    found = stores.rooms.find_invite(code, now // 1000)
    if found is None:
        raise Forbidden("the invitation has expired or was used up")
    standing = stores.memberships.standing(user.user_id, found.room_id, now)
    if standing.banned and (refusal := decide(RoomAction.JOIN, kind_of(found.room_id), standing)):
        raise refusal
    if standing.role == "none":
        is_noted = kind_of(found.room_id) != "public"
        notices = [notice_of("joined", found.room_id, user, now, about=user.user_id)] if is_noted else []
        joining = member(user, found.room_id, "member", now)
        stores.rooms.accept(found, joining, now // 1000, also=stores.log.notices.puts(*notices))
        stores.log.tell(*notices)
    return found.room_id


def remove(frame: OfMember, actor: Identity, *, stores: Stores, expel: Expel, now: int) -> None:
    """End somebody's membership; their connections hear nothing more of the room.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.REMOVE, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("removed", frame.room_id, actor, now, about=frame.user_id)
    was_member = stores.memberships.leave(
        frame.user_id, frame.room_id, now, also=stores.log.notices.puts(notice)
    )
    if kind_of(frame.room_id) != "public":
        expel(frame.user_id, frame.room_id)
    if was_member:
        stores.log.tell(notice)


def mute(frame: Restrict, actor: Identity, *, stores: Stores, now: int) -> None:
    """Let somebody read but not write for a while; 0 s ends it.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.MUTE, frame.room_id, actor, stores, now, target=frame.user_id)
    stores.memberships.mute(frame.user_id, frame.room_id, now + frame.seconds * 1000, now)


def ban(frame: Restrict, actor: Identity, *, stores: Stores, expel: Expel, now: int) -> None:
    """Keep somebody out for a while, from this moment on; one who is banned is so until the new end.

    It is noted once.

    Raises:
        InvalidFrame: the ban lasts no time; `unban` ends one.
        Banned, Forbidden: the actor may not.
    """
    if frame.seconds == 0:
        raise InvalidFrame("seconds: a ban lasts some time; unban ends it")
    _allow(RoomAction.BAN, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("banned", frame.room_id, actor, now, about=frame.user_id)
    is_new = stores.memberships.ban(
        frame.user_id,
        frame.room_id,
        now + frame.seconds * 1000,
        now,
        also=stores.log.notices.puts(notice),
    )
    expel(frame.user_id, frame.room_id)
    if is_new:
        stores.log.tell(notice)


def unban(frame: OfMember, actor: Identity, *, stores: Stores, now: int) -> None:
    """End a ban.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.BAN, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("unbanned", frame.room_id, actor, now, about=frame.user_id)
    if stores.memberships.unban(frame.user_id, frame.room_id, now, also=stores.log.notices.puts(notice)):
        stores.log.tell(notice)


def set_role(frame: SetRole, actor: Identity, *, stores: Stores, now: int) -> None:
    """Give a member another role.

    Raises:
        Banned, Forbidden: the actor may not, or the target is no member.
    """
    _allow(RoomAction.SET_ROLE, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("roleSet", frame.room_id, actor, now, about=frame.user_id, role=frame.role)
    puts = stores.log.notices.puts(notice)
    if stores.memberships.set_role(frame.user_id, frame.room_id, frame.role, also=puts):
        stores.log.tell(notice)
    elif stores.memberships.standing(frame.user_id, frame.room_id, now).role != frame.role:
        raise Forbidden("that user is no member of this room")


def set_notify(frame: SetNotify, user: Identity, *, stores: Stores, now: int) -> None:
    """Keep what a user is told of a room, for all their devices; in a public one without being a member.

    Raises:
        Banned, Forbidden: the user may not read the room, or it would be one of too many.
    """
    if stores.memberships.set_notify(user.user_id, frame.room_id, frame.notify):
        return
    _allow(RoomAction.READ, frame.room_id, user, stores, now)
    if len(stores.memberships.of_user(user.user_id, None, KEPT_ROOMS).memberships) == KEPT_ROOMS:
        raise Forbidden("that is kept of so many rooms and no more")
    stores.memberships.join(replace(member(user, frame.room_id, "none", now), notify=frame.notify))


def members_of(
    room_id: str, cursor: str | None, actor: Identity, *, stores: Stores, now: int
) -> MembershipPage:
    """Return a page of a room's members.

    Raises:
        Banned, Forbidden: the actor may not see them.
    """
    _allow(RoomAction.LIST_MEMBERS, room_id, actor, stores, now)
    found = stores.memberships.of_room(room_id, cursor, MEMBERS_PAGE)
    return MembershipPage([each for each in found.memberships if each.role != "none"], found.next)


def _allow(
    action: RoomAction, room_id: str, actor: Identity, stores: Stores, now: int, *, target: str | None = None
) -> None:
    standing = stores.memberships.standing(actor.user_id, room_id, now)
    on = stores.memberships.standing(target, room_id, now) if target else Standing()
    if refusal := decide(action, kind_of(room_id), standing, on):
        raise refusal
