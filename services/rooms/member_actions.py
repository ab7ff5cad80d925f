"""What each frame about the members of a room does: parse, call the logic, shape the reply."""

import secrets

from services.rooms import membership
from services.rooms.asked import SECRET_BYTES, Asked
from services.rooms.shown import invite_shown, member_shown, room_frame
from shared.protocol.replies import Reply
from shared.protocol.room_frames import (
    AcceptInvite,
    CreateInvite,
    ListMembers,
    OfMember,
    Restrict,
    SetRole,
    data_of,
    page,
)
from shared.stores.rooms import Room


def list_members(asked: Asked) -> Reply:
    """List everybody who is a member of a room, online or not."""
    wanted = data_of(asked.frame, ListMembers)
    found = membership.members_of(
        wanted.room_id, wanted.cursor, asked.user, stores=asked.stores, now=asked.now
    )
    rows = [member_shown(each, asked.now) for each in found.memberships]
    return page("memberships", rows, found.next, by="userId")


def invite_member(asked: Asked) -> Reply:
    """Make somebody a member."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.invite(wanted, user, stores=stores, now=now))


def create_invite(asked: Asked) -> Reply:
    """Make an invitation to send as a link."""
    wanted, drawn = data_of(asked.frame, CreateInvite), secrets.token_bytes(SECRET_BYTES)
    made = membership.create_invite(
        wanted, asked.user, stores=asked.stores, now=asked.now, random_bytes=drawn
    )
    return {"type": "invite", "data": invite_shown(made)}


def accept_invite(asked: Asked) -> Reply:
    """Become a member by an invitation."""
    code = data_of(asked.frame, AcceptInvite).code

    def accept() -> Room:
        room_id = membership.accept_invite(code, asked.user, stores=asked.stores, now=asked.now)
        return asked.stores.rooms.find(room_id) or Room(room_id, room_id, "", "", asked.now)

    return room_frame(asked.opened(accept))


def set_role(asked: Asked) -> Reply:
    """Give a member another role."""
    wanted, user, stores, now = data_of(asked.frame, SetRole), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.set_role(wanted, user, stores=stores, now=now))


def mute_member(asked: Asked) -> Reply:
    """Let somebody read but not write for a while."""
    wanted, user, stores, now = data_of(asked.frame, Restrict), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.mute(wanted, user, stores=stores, now=now))


def remove_member(asked: Asked) -> Reply:
    """End somebody's membership, or one's own."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    end = membership.leave_for_good if wanted.user_id == user.user_id else membership.remove
    return asked.changed(wanted, lambda: end(wanted, user, stores=stores, evict=asked.evict, now=now))


def ban_member(asked: Asked) -> Reply:
    """Keep somebody out for a while."""
    wanted, user, stores, now = data_of(asked.frame, Restrict), asked.user, asked.stores, asked.now
    return asked.changed(
        wanted, lambda: membership.ban(wanted, user, stores=stores, evict=asked.evict, now=now)
    )


def unban(asked: Asked) -> Reply:
    """End a ban."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.unban(wanted, user, stores=stores, now=now))
