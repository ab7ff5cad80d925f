"""What each frame about rooms does: parse, call the logic, shape the reply."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from services.rooms import finding, making, membership, naming, reporting
from services.rooms.finding import Lookout
from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from services.rooms.membership import Expel
from services.rooms.shown import (
    invite_shown,
    listed_shown,
    member_shown,
    own_shown,
    profile_shown,
    room_shown,
)
from services.rooms.telling import Telling
from shared.auth.identity import Identity
from shared.protocol.frames import Frame
from shared.protocol.profile_frames import DeleteAccount, GetProfiles, SetProfile
from shared.protocol.replies import Reply, acknowledgement, membership_changed, read_to
from shared.protocol.room_frames import (
    AcceptInvite,
    CreateInvite,
    CreateRoom,
    ListMembers,
    ListRooms,
    MarkRead,
    MyRooms,
    OfMember,
    ReportMessage,
    Restrict,
    SetNotify,
    SetRole,
    StartDirect,
    UpdateRoom,
    data_of,
    page,
)
from shared.stores.profiles import Profiles
from shared.stores.rooms import Room

T = TypeVar("T")
SECRET_BYTES = 16  # of a private room's id and of an invitation's code: nobody guesses them


@dataclass(frozen=True, slots=True)
class Asked:
    """A frame with its sender, the moment (epoch ms), and what carries it out."""

    frame: Frame
    user: Identity
    now: int
    stores: Stores
    profiles: Profiles
    lookout: Lookout
    telling: Telling
    expel: Expel
    leaving: Leaving
    connection_id: str

    def told(self, user_id: str, carry_out: Callable[[], T], frame: Callable[[T], Reply]) -> T:
        """Carry something out, and tell the connections that the user had before, but for the asking one."""
        listeners = self.telling.listeners(user_id, self.now) - {self.connection_id}
        done = carry_out()
        self.telling.tell(listeners, frame(done))
        return done

    def changed(self, frame: OfMember, carry_out: Callable[[], None]) -> Reply:
        """Carry out what changes somebody's membership, and tell them."""
        self.told(frame.user_id, carry_out, lambda _: membership_changed(frame.room_id))
        return acknowledgement()

    def opened(self, user_id: str, open_room: Callable[[], Room]) -> Room:
        """Open a room to a user, and tell their connections."""
        return self.told(user_id, open_room, lambda room: membership_changed(room.room_id))


Action = Callable[[Asked], Reply]
"""Carries a frame out and returns the reply. Raises a Refusal."""


def create_room(asked: Asked) -> Reply:
    """Make a room."""
    wanted, drawn = data_of(asked.frame, CreateRoom), secrets.token_bytes(SECRET_BYTES)

    def create() -> Room:
        return making.create(wanted, asked.user, stores=asked.stores, now=asked.now, random_bytes=drawn)

    return _room(asked.opened(asked.user.user_id, create))


def update_room(asked: Asked) -> Reply:
    """Change title and topic."""
    wanted = data_of(asked.frame, UpdateRoom)
    return _room(making.update(wanted, asked.user, stores=asked.stores, now=asked.now))


def start_direct(asked: Asked) -> Reply:
    """Open a conversation of two."""
    other = data_of(asked.frame, StartDirect).user_id

    def start() -> Room:
        return making.start_direct(asked.user, other, stores=asked.stores, now=asked.now)

    return _room(asked.opened(other, lambda: asked.opened(asked.user.user_id, start)))


def list_rooms(asked: Asked) -> Reply:
    """Look public rooms up."""
    wanted = data_of(asked.frame, ListRooms)
    found = finding.search(wanted, stores=asked.stores, lookout=asked.lookout, now=asked.now)
    return page("rooms", [listed_shown(*each) for each in found.rooms], found.next)


def my_rooms(asked: Asked) -> Reply:
    """List the rooms that the user is a member of."""
    wanted = data_of(asked.frame, MyRooms)
    found = finding.rooms_of(wanted, asked.user, stores=asked.stores, lookout=asked.lookout)
    rows = [own_shown(each, room, unread, asked.now) for each, room, unread in found.memberships]
    return page("memberships", rows, found.next)


def list_members(asked: Asked) -> Reply:
    """List everybody who is a member of a room, online or not."""
    wanted = data_of(asked.frame, ListMembers)
    found = membership.members_of(
        wanted.room_id, wanted.cursor, asked.user, stores=asked.stores, now=asked.now
    )
    rows = [member_shown(each, asked.now) for each in found.memberships]
    return page("memberships", rows, found.next)


def mark_read(asked: Asked) -> Reply:
    """Note how far the user has read."""
    read = data_of(asked.frame, MarkRead)
    user = asked.user
    if asked.stores.memberships.mark_read(user.user_id, read.room_id, read.sort_key, user.username):
        others = asked.telling.listeners(user.user_id, asked.now) - {asked.connection_id}
        asked.telling.tell(others, read_to(read.room_id, read.sort_key))
    return acknowledgement()


def set_notify(asked: Asked) -> Reply:
    """Keep what the user is told of a room."""
    wanted, user, stores, now = data_of(asked.frame, SetNotify), asked.user, asked.stores, asked.now
    asked.told(
        user.user_id,
        lambda: membership.set_notify(wanted, user, stores=stores, now=now),
        lambda _: membership_changed(wanted.room_id),
    )
    return acknowledgement()


def report_message(asked: Asked) -> Reply:
    """Tell operators of a message."""
    wanted, messages = data_of(asked.frame, ReportMessage), asked.lookout.messages
    reporting.report(wanted, asked.user, stores=asked.stores, messages=messages, now=asked.now)
    return acknowledgement()


def invite_member(asked: Asked) -> Reply:
    """Make somebody a member."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.invite(wanted, user, stores=stores, now=now))


def create_invite(asked: Asked) -> Reply:
    """Make an invitation to send as a link."""
    wanted, code = data_of(asked.frame, CreateInvite), secrets.token_urlsafe(SECRET_BYTES)
    made = membership.create_invite(wanted, asked.user, stores=asked.stores, now=asked.now, code=code)
    return {"type": "invite", "data": invite_shown(made)}


def accept_invite(asked: Asked) -> Reply:
    """Become a member by an invitation."""
    code = data_of(asked.frame, AcceptInvite).code

    def accept() -> Room:
        room_id = membership.accept_invite(code, asked.user, stores=asked.stores, now=asked.now)
        return asked.stores.rooms.find(room_id) or Room(room_id, room_id, "", "", asked.now)

    return _room(asked.opened(asked.user.user_id, accept))


def set_role(asked: Asked) -> Reply:
    """Give a member another role."""
    wanted, user, stores, now = data_of(asked.frame, SetRole), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.set_role(wanted, user, stores=stores, now=now))


def mute_member(asked: Asked) -> Reply:
    """Let somebody read but not write for a while."""
    wanted, user, stores, now = data_of(asked.frame, Restrict), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.mute(wanted, user, stores=stores, now=now))


def remove_member(asked: Asked) -> Reply:
    """End somebody's membership."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    return asked.changed(
        wanted, lambda: membership.remove(wanted, user, stores=stores, expel=asked.expel, now=now)
    )


def ban_member(asked: Asked) -> Reply:
    """Keep somebody out for a while."""
    wanted, user, stores, now = data_of(asked.frame, Restrict), asked.user, asked.stores, asked.now
    return asked.changed(
        wanted, lambda: membership.ban(wanted, user, stores=stores, expel=asked.expel, now=now)
    )


def unban(asked: Asked) -> Reply:
    """End a ban."""
    wanted, user, stores, now = data_of(asked.frame, OfMember), asked.user, asked.stores, asked.now
    return asked.changed(wanted, lambda: membership.unban(wanted, user, stores=stores, now=now))


def set_profile(asked: Asked) -> Reply:
    """Change what the user is called."""
    wanted = data_of(asked.frame, SetProfile)
    now = asked.now // 1000
    changed = naming.change(wanted, asked.user, profiles=asked.profiles, now_seconds=now)
    return {"type": "profile", "data": profile_shown(changed)}


def get_profiles(asked: Asked) -> Reply:
    """Tell what users are called."""
    found = naming.found(data_of(asked.frame, GetProfiles), profiles=asked.profiles)
    return {"type": "profiles", "data": {"profiles": [profile_shown(each) for each in found]}}


def delete_account(asked: Asked) -> Reply:
    """Delete the user's account; the connection that asks is closed once it has the reply."""
    asked.leaving.delete(data_of(asked.frame, DeleteAccount), asked.user, asked.now)
    reply = acknowledgement()
    named = {"requestId": asked.frame.request_id} if asked.frame.request_id else {}
    asked.leaving.say_goodbye(asked.user, asked.connection_id, reply | named)
    return reply


ACTIONS: dict[str, Action] = {
    "createRoom": create_room,
    "updateRoom": update_room,
    "startDirect": start_direct,
    "listRooms": list_rooms,
    "myRooms": my_rooms,
    "listMembers": list_members,
    "markRead": mark_read,
    "setNotify": set_notify,
    "reportMessage": report_message,
    "inviteMember": invite_member,
    "createInvite": create_invite,
    "acceptInvite": accept_invite,
    "setRole": set_role,
    "muteMember": mute_member,
    "removeMember": remove_member,
    "banMember": ban_member,
    "unban": unban,
    "setProfile": set_profile,
    "getProfiles": get_profiles,
    "deleteAccount": delete_account,
}
"""By the frame's `action`, which is also its route."""


def _room(room: Room) -> Reply:
    return {"type": "room", "data": room_shown(room)}
