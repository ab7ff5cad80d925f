"""What each frame about a room does: parse, call the logic, shape the reply."""

import secrets

from services.rooms import finding, making, membership, reporting
from services.rooms.asked import SECRET_BYTES, Asked
from services.rooms.shown import listed_shown, own_shown, room_frame
from shared.protocol.replies import Reply, acknowledgement, membership_changed, read_to
from shared.protocol.room_frames import (
    CreateRoom,
    ListRooms,
    MarkRead,
    MyRooms,
    ReportMessage,
    SetChoices,
    SetNotify,
    StartDirect,
    UpdateRoom,
    data_of,
    page,
)
from shared.stores.rooms import Room


def create_room(asked: Asked) -> Reply:
    """Make a room."""
    wanted, drawn = data_of(asked.frame, CreateRoom), secrets.token_bytes(SECRET_BYTES)

    def create() -> Room:
        return making.create(
            wanted,
            asked.user,
            stores=asked.stores,
            messages=asked.lookout.messages,
            now=asked.now,
            random_bytes=drawn,
        )

    return room_frame(asked.opened(create))


def update_room(asked: Asked) -> Reply:
    """Change title and topic."""
    wanted = data_of(asked.frame, UpdateRoom)
    return room_frame(making.update(wanted, asked.user, stores=asked.stores, now=asked.now))


def start_direct(asked: Asked) -> Reply:
    """Open a conversation of two; both are told of a new one."""
    other = data_of(asked.frame, StartDirect).user_id
    room, is_new = making.start_direct(
        asked.user, other, stores=asked.stores, spend=lambda: asked.spend("conversations"), now=asked.now
    )
    for user_id in (asked.user.user_id, other) if is_new else ():
        asked.tell(user_id, membership_changed(room.room_id))
    return room_frame(room)


def list_rooms(asked: Asked) -> Reply:
    """Look public rooms up."""
    wanted = data_of(asked.frame, ListRooms)
    found = finding.search(wanted, stores=asked.stores, lookout=asked.lookout, now=asked.now)
    return page("rooms", [listed_shown(*each) for each in found.rooms], found.next, by="roomId")


def my_rooms(asked: Asked) -> Reply:
    """List the rooms that the user is a member of."""
    wanted = data_of(asked.frame, MyRooms)
    found = finding.rooms_of(wanted, asked.user, stores=asked.stores, lookout=asked.lookout, now=asked.now)
    rows = [own_shown(each, room, unread, asked.now) for each, room, unread in found.memberships]
    return page("memberships", rows, found.next, by="roomId")


def mark_read(asked: Asked) -> Reply:
    """Note how far the user has read."""
    read = data_of(asked.frame, MarkRead)
    user = asked.user
    if asked.stores.choices.mark_read(user.user_id, read.room_id, read.sort_key, user.username):
        asked.tell_others(read_to(read.room_id, read.sort_key))
    return acknowledgement()


def set_notify(asked: Asked) -> Reply:
    """Keep what the user is told of a room."""
    wanted = data_of(asked.frame, SetNotify)
    membership.set_notify(wanted, asked.user, stores=asked.stores, now=asked.now)
    asked.tell_others(membership_changed(wanted.room_id))
    return acknowledgement()


def set_choices(asked: Asked) -> Reply:
    """Keep what the user has chosen for a room."""
    wanted = data_of(asked.frame, SetChoices)
    membership.set_choices(wanted, asked.user, stores=asked.stores, now=asked.now)
    asked.tell_others(membership_changed(wanted.room_id))
    return acknowledgement()


def report_message(asked: Asked) -> Reply:
    """Tell operators of a message."""
    wanted, messages = data_of(asked.frame, ReportMessage), asked.lookout.messages
    reporting.report(wanted, asked.user, stores=asked.stores, messages=messages, now=asked.now)
    return acknowledgement()
