"""Inviting, leaving, and what moderators and owners may do."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from services.rooms.making import Stores, member
from shared.auth.identity import Identity
from shared.noting import notice_of
from shared.protocol.refusals import Forbidden, InvalidFrame
from shared.protocol.room_frames import CreateInvite, OfMember, Restrict, SetChoices, SetNotify, SetRole
from shared.rights import RoomAction, Standing, decide
from shared.rooms import kind_of
from shared.stores.memberships import MembershipPage
from shared.stores.rooms import Invite
from shared.succession import Succession

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MEMBERS_PAGE = 100
KEPT_ROOMS = 200  # of a user; of more, only what they chose where they are members
_NO_INVITATION = "the invitation has expired or was used up"

Evict = Callable[[str, str], None]
"""Takes a user's connections out of a room: user id, room id."""


def invite(frame: OfMember, actor: Identity, *, stores: Stores, now: int) -> bool:
    """Make a user a member; return whether they were none. Inviting a member again changes nothing.

    Raises:
        Banned, Forbidden: the actor may not, or the user is banned from the room, or blocks the actor.
        InvalidFrame: there is no such user, or not any more.
    """
    _allow(RoomAction.INVITE, frame.room_id, actor, stores, now)
    if not stores.users.is_known(frame.user_id):
        raise InvalidFrame("userId: there is no such user")
    if stores.memberships.standing(frame.user_id, frame.room_id, now).banned:
        raise Forbidden("that user is banned from this room")
    if stores.blocks.among([(frame.user_id, actor.user_id)]):
        raise Forbidden("that is not allowed")  # it is not told why
    invited = member(Identity(frame.user_id, frame.user_id), frame.room_id, "member", now)
    if kind_of(frame.room_id) == "public":  # who comes and goes there is presence: it may be thousands
        return stores.memberships.join(invited)
    notice = notice_of("added", frame.room_id, actor, now, about=frame.user_id)
    is_new = stores.memberships.join(invited, also=stores.log.notices.puts(notice))
    if is_new:
        stores.log.tell(notice)
    return is_new


def create_invite(
    frame: CreateInvite, actor: Identity, *, stores: Stores, now: int, random_bytes: bytes
) -> Invite:
    """Make an invitation to send as a link; one that is asked for again is returned as it is by now.

    Args:
        frame: what was asked for.
        actor: who invites.
        stores: where rooms and memberships are.
        now: epoch ms.
        random_bytes: 16, for the code of an invitation that the client has not named.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.INVITE, frame.room_id, actor, stores, now)
    expires_at = now // 1000 + frame.expires_in_seconds
    made = Invite(_code(frame, actor, random_bytes), frame.room_id, actor.user_id, expires_at, frame.uses)
    if stores.rooms.put_invite(made):
        return made
    return stores.rooms.find_invite(made.code) or made


def accept_invite(code: str, user: Identity, *, stores: Stores, now: int) -> str:
    """Become a member by an invitation; return the room's id. A member's acceptance uses nothing up.

    An invitation is good for as long as the one who made it may invite: who was removed does not come back,
    nor lets others in, by links from before.

    Raises:
        Forbidden: there is no such invitation any more.
        Banned: the user is banned from the room.
    """
    found = stores.rooms.find_invite(code)
    if found is None:
        raise Forbidden(_NO_INVITATION)
    standing = stores.memberships.standing(user.user_id, found.room_id, now)
    if standing.role != "none" and not standing.banned:
        return found.room_id  # it may be used up by them, who were not answered
    if not found.is_good(now // 1000):
        raise Forbidden(_NO_INVITATION)
    inviting = stores.memberships.standing(found.created_by, found.room_id, now)
    if decide(RoomAction.INVITE, kind_of(found.room_id), inviting):
        raise Forbidden(_NO_INVITATION)
    if standing.banned and (refusal := decide(RoomAction.JOIN, kind_of(found.room_id), standing)):
        raise refusal
    is_noted = kind_of(found.room_id) != "public"
    notices = [notice_of("joined", found.room_id, user, now, about=user.user_id)] if is_noted else []
    joining = member(user, found.room_id, "member", now)
    if stores.rooms.accept(found, joining, now // 1000, also=stores.log.notices.puts(*notices)):
        stores.log.tell(*notices)
    return found.room_id


def remove(frame: OfMember, actor: Identity, *, stores: Stores, evict: Evict, now: int) -> bool:
    """End somebody's membership; their connections hear nothing more of the room.

    Returns:
        Whether there was one.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.REMOVE, frame.room_id, actor, stores, now, target=frame.user_id)
    return _end(frame, actor, stores, evict, now)


def leave_for_good(frame: OfMember, user: Identity, *, stores: Stores, evict: Evict, now: int) -> bool:
    """End one's own membership. A room whose only owner goes belongs to whoever comes next in it.

    Returns:
        Whether there was one.

    Raises:
        Forbidden: it is a conversation of two.
        RateLimited: whom it would belong to left at the same moment; said again, it finds somebody else.
    """
    standing = _allow(RoomAction.LEAVE_FOR_GOOD, frame.room_id, user, stores, now)
    if standing.role != "owner":
        return _end(frame, user, stores, evict, now)
    succession = Succession(stores.memberships, stores.users, stores.log)
    owner = succession.hand_over(frame.room_id, user.user_id, now)
    return _end(frame, user, stores, evict, now, checks=stores.memberships.owns(owner, frame.room_id))


def mute(frame: Restrict, actor: Identity, *, stores: Stores, now: int) -> bool:
    """Let somebody read but not write for a while; 0 s ends it. It is always another end than before.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.MUTE, frame.room_id, actor, stores, now, target=frame.user_id)
    stores.memberships.mute(frame.user_id, frame.room_id, now + frame.seconds * 1000, now)
    return True


def ban(frame: Restrict, actor: Identity, *, stores: Stores, evict: Evict, now: int) -> bool:
    """Keep somebody out for a while, from this moment on; one who is banned is so until the new end.

    It is noted once. It is always another end than before.

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
    evict(frame.user_id, frame.room_id)
    if is_new:
        stores.log.tell(notice)
    return True


def unban(frame: OfMember, actor: Identity, *, stores: Stores, now: int) -> bool:
    """End a ban; return whether there was one.

    Raises:
        Banned, Forbidden: the actor may not.
    """
    _allow(RoomAction.BAN, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("unbanned", frame.room_id, actor, now, about=frame.user_id)
    puts = stores.log.notices.puts(notice)
    was_banned = stores.memberships.unban(frame.user_id, frame.room_id, now, also=puts)
    if was_banned:
        stores.log.tell(notice)
    return was_banned


def set_role(frame: SetRole, actor: Identity, *, stores: Stores, now: int) -> bool:
    """Give a member another role; return whether they did not have it.

    Raises:
        Banned, Forbidden: the actor may not, or the target is no member.
    """
    _allow(RoomAction.SET_ROLE, frame.room_id, actor, stores, now, target=frame.user_id)
    notice = notice_of("roleSet", frame.room_id, actor, now, about=frame.user_id, role=frame.role)
    puts = stores.log.notices.puts(notice)
    if stores.memberships.set_role(frame.user_id, frame.room_id, frame.role, also=puts):
        stores.log.tell(notice)
        return True
    if stores.memberships.standing(frame.user_id, frame.room_id, now).role != frame.role:
        raise Forbidden("that user is no member of this room")
    return False


def set_notify(frame: SetNotify, user: Identity, *, stores: Stores, now: int) -> None:
    """Keep what a user is told of a room, for all their devices; in a public one without being a member.

    Raises:
        Banned, Forbidden: the user may not read the room, or it would be one of too many.
    """
    if stores.choices.set_notify(user.user_id, frame.room_id, frame.notify):
        return
    _keep(frame.room_id, user, stores, now)
    stores.choices.set_notify(user.user_id, frame.room_id, frame.notify)


def set_choices(frame: SetChoices, user: Identity, *, stores: Stores, now: int) -> None:
    """Keep what a user has chosen for a room, for all their devices; in a public one without being a member.

    Raises:
        Banned, Forbidden: the user may not read the room, or it would be one of too many.
    """

    def write() -> bool:
        return stores.choices.set_choices(
            user.user_id, frame.room_id, favourite=frame.favourite, marked_unread=frame.marked_unread
        )

    if not write() and (frame.favourite or frame.marked_unread):
        _keep(frame.room_id, user, stores, now)
        write()


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


def _code(frame: CreateInvite, maker: Identity, random_bytes: bytes) -> str:
    """Return the secret of an invitation: the same for what the same user names alike for a room."""
    if frame.client_invite_id is not None:
        named = f"{frame.client_invite_id} {frame.room_id} {maker.user_id}"
        random_bytes = hashlib.sha256(named.encode()).digest()[: len(random_bytes)]
    return urlsafe_b64encode(random_bytes).rstrip(b"=").decode()


def _end(
    frame: OfMember,
    actor: Identity,
    stores: Stores,
    evict: Evict,
    now: int,
    *,
    checks: "Sequence[TransactWriteItemTypeDef]" = (),
) -> bool:
    """End a membership, if the checks hold; return whether there was one."""
    notice = notice_of("removed", frame.room_id, actor, now, about=frame.user_id)
    also = [*stores.log.notices.puts(notice), *checks]
    was_member = stores.memberships.leave(frame.user_id, frame.room_id, now, also=also)
    if kind_of(frame.room_id) != "public":
        evict(frame.user_id, frame.room_id)
    if was_member:
        stores.log.tell(notice)
    return was_member


def _keep(room_id: str, user: Identity, stores: Stores, now: int) -> None:
    """Make a row of somebody who is no member."""
    _allow(RoomAction.READ, room_id, user, stores, now)
    if len(stores.memberships.of_user(user.user_id, None, KEPT_ROOMS).memberships) == KEPT_ROOMS:
        raise Forbidden("that is kept of so many rooms and no more")
    stores.memberships.join(member(user, room_id, "none", now))


def _allow(
    action: RoomAction, room_id: str, actor: Identity, stores: Stores, now: int, *, target: str | None = None
) -> Standing:
    """Return what the actor is in the room, if they may do it there. Raises the refusal if not."""
    standing = stores.memberships.standing(actor.user_id, room_id, now)
    on = stores.memberships.standing(target, room_id, now) if target else Standing()
    if refusal := decide(action, kind_of(room_id), standing, on):
        raise refusal
    return standing
