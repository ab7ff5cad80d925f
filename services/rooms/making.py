"""Making and changing rooms."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from shared.auth.identity import Identity
from shared.noting import Log, notice_of
from shared.protocol.message import Notice
from shared.protocol.refusals import Forbidden, InvalidFrame, RateLimited
from shared.protocol.room_frames import CreateRoom, UpdateRoom
from shared.rights import RoomAction, decide
from shared.rooms import Role, direct_room_id, kind_of, private_room_id
from shared.stores.blocks import Blocks
from shared.stores.choices import Choices
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.rooms import Room, Rooms
from shared.stores.users import Users

RESERVED_ROOMS = frozenset({"global"})  # everybody's: it has no owner
ROOM_ID_LIMIT_CHARACTERS = 64
LOOKED_AT_ENTRIES = 25  # the first of a room that nobody ever made
_BEGINNING = "0"  # before every sort key


@dataclass(frozen=True, slots=True)
class Stores:
    """What the logic of rooms reads and writes."""

    rooms: Rooms
    memberships: Memberships
    choices: Choices
    log: Log
    users: Users
    blocks: Blocks


def create(
    frame: CreateRoom,
    maker: Identity,
    *,
    stores: Stores,
    messages: Messages,
    now: int,
    random_bytes: bytes,
) -> Room:
    """Make a room that `maker` owns; making one again returns it to the one who made it.

    A public room in which others have spoken is theirs, too: nobody makes themselves its owner, who may ban
    them from it and let its history run out.

    Args:
        frame: what was asked for.
        maker: who asks.
        stores: where rooms and memberships are.
        messages: what was said in rooms.
        now: epoch ms.
        random_bytes: 16, for the id of a private room that the client has not named.

    Raises:
        InvalidFrame: there is no name for a public room, and its title yields none.
        Forbidden: the name is reserved, or somebody else made that room, or speaks there.
    """
    room_id = _private_id(frame, maker, random_bytes) if frame.kind == "private" else _public_name(frame)
    if room_id in RESERVED_ROOMS:
        raise Forbidden("that name is reserved")
    is_used = frame.kind == "public" and _is_used_by_others(room_id, maker, messages)
    if is_used and stores.rooms.find(room_id) is None:
        raise Forbidden("others use that room")
    room = Room(room_id, frame.title, frame.topic, created_by=maker.user_id, created_at=now)
    notice = notice_of("created", room_id, maker, now)
    owner = member(maker, room_id, "owner", now)
    if stores.rooms.create(room, owner, also=stores.log.notices.puts(notice)):
        stores.log.tell(notice)
        return room
    standing = stores.rooms.find(room_id)
    if standing is None or standing.created_by != maker.user_id:
        raise Forbidden("that name is taken")
    return standing


def start_direct(
    starter: Identity, other_user_id: str, *, stores: Stores, spend: Callable[[], object], now: int
) -> tuple[Room, bool]:
    """Open the conversation of two users; it is the same one whoever starts it and however often.

    `spend` lets the starter begin one more with somebody who was not asked.

    Returns:
        It, and whether there was none before.

    Raises:
        InvalidFrame: it would be a conversation with oneself, or with nobody.
        Forbidden: one of the two blocks the other.
        RateLimited: the starter began too many.
    """
    if other_user_id == starter.user_id:
        raise InvalidFrame("userId: a conversation takes two")
    room_id = direct_room_id(starter.user_id, other_user_id)
    if standing := stores.rooms.find(room_id):
        return standing, False  # what was said is there still, also with somebody who is gone
    if not stores.users.is_known(other_user_id):
        raise InvalidFrame("userId: there is no such user")
    pairs = (starter.user_id, other_user_id), (other_user_id, starter.user_id)
    if stores.blocks.among(pairs):
        raise Forbidden("that is not allowed")  # it is not told why
    spend()
    room = Room(room_id, "", "", created_by=starter.user_id, created_at=now, other=other_user_id)
    other = Identity(other_user_id, other_user_id)
    both = member(starter, room_id, "member", now), member(other, room_id, "member", now)
    is_new = stores.rooms.create(room, *both, also=[stores.blocks.absent(*pair) for pair in pairs])
    return stores.rooms.find(room_id) or room, is_new


def update(frame: UpdateRoom, actor: Identity, *, stores: Stores, now: int) -> Room:
    """Change a room's title, topic and retention; what is as it was is not noted.

    Raises:
        Banned, Forbidden: the actor may not, or nobody ever made that room.
        RateLimited: somebody else changes it at the same moment.
    """
    standing = stores.memberships.standing(actor.user_id, frame.room_id, now)
    if refusal := decide(RoomAction.UPDATE, kind_of(frame.room_id), standing):
        raise refusal
    if frame.retention_days is not None and (
        refusal := decide(RoomAction.SET_RETENTION, kind_of(frame.room_id), standing)
    ):
        raise refusal
    before = stores.rooms.find(frame.room_id)
    if before is None:
        raise Forbidden("nobody made that room")
    days = before.retention_days if frame.retention_days is None else frame.retention_days
    room = replace(before, title=frame.title, topic=frame.topic, retention_days=days)
    notices = _differences(before, room, actor, now)
    if not notices:
        return before
    if not stores.rooms.update(before, room, also=stores.log.notices.puts(*notices)):
        raise RateLimited("the room is being changed")
    stores.log.tell(*notices)
    return room


def _differences(before: Room, after: Room, actor: Identity, now: int) -> list[Notice]:
    """Return the notices of what differs."""
    room_id, notices = after.room_id, []
    if after.title != before.title:
        notices.append(notice_of("titled", room_id, actor, now, text=after.title))
    if after.topic != before.topic:
        notices.append(notice_of("topicSet", room_id, actor, now, text=after.topic))
    if after.retention_days != before.retention_days:
        notices.append(notice_of("retentionSet", room_id, actor, now, days=after.retention_days))
    return notices


def member(user: Identity, room_id: str, role: Role, now: int) -> Membership:
    """Return the membership of somebody who joins at `now`, epoch ms."""
    return Membership(user.user_id, room_id, user.username, role, joined_at=now)


def _is_used_by_others(room_id: str, maker: Identity, messages: Messages) -> bool:
    others_said, _ = messages.count_of_others(room_id, _BEGINNING, maker.user_id, LOOKED_AT_ENTRIES)
    return others_said > 0


def _private_id(frame: CreateRoom, maker: Identity, random_bytes: bytes) -> str:
    """Return the id of a private room: the same for what the same user names alike."""
    if frame.client_room_id is None:
        return private_room_id(random_bytes)
    named = f"{frame.client_room_id} {maker.user_id}"
    return private_room_id(hashlib.sha256(named.encode()).digest()[: len(random_bytes)])


def _public_name(frame: CreateRoom) -> str:
    name = frame.room_id or re.sub(r"[^a-z0-9]+", "-", frame.title.casefold()).strip("-")
    if not name:
        raise InvalidFrame("roomId: a public room needs a name of A-Z a-z 0-9 _ -")
    return name[:ROOM_ID_LIMIT_CHARACTERS]
