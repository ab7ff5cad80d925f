"""Rooms, memberships, invitations and profiles as frames show them."""

from typing import Any

from services.rooms.finding import Liveliness, Unread
from shared.protocol.replies import Reply
from shared.stores.blocks import Block
from shared.stores.membership_rows import Membership
from shared.stores.profiles import Profile
from shared.stores.rooms import Invite, Room


def room_shown(room: Room) -> dict[str, Any]:
    """Return a room for a `room` or `rooms` frame."""
    shown: dict[str, Any] = {
        "roomId": room.room_id,
        "kind": room.kind,
        "title": room.title,
        "topic": room.topic,
        "createdAt": room.created_at,
    }
    if room.retention_days:
        shown["retentionDays"] = room.retention_days
    return shown | {"users": [room.created_by, room.other]} if room.kind == "direct" else shown


def room_frame(room: Room) -> Reply:
    """Return the frame that answers who made, changed or entered a room."""
    return {"type": "room", "data": room_shown(room)}


def listed_shown(room: Room, liveliness: Liveliness) -> dict[str, Any]:
    """Return a room of the directory for a `rooms` frame."""
    return {
        **room_shown(room),
        "online": liveliness.online,
        "more": liveliness.more,
        "lastActivityAt": liveliness.last_activity_at,
    }


def own_shown(membership: Membership, room: Room | None, unread: Unread, now: int) -> dict[str, Any]:
    """Return a user's own membership with its room; without one, nobody ever gave that room a title."""
    return {
        **member_shown(membership, now),
        "lastRead": membership.last_read or None,
        "notify": membership.notify,
        "favourite": membership.favourite,
        "markedUnread": membership.marked_unread,
        "room": room_shown(room) if room else None,
        "unread": {"count": unread.count, "more": unread.more},
    }


def member_shown(membership: Membership, now: int) -> dict[str, Any]:
    """Return a membership for a `memberships` frame; what has run out at `now` (epoch ms) is left out.

    How far members have read, and what they are told, is theirs alone: `own_shown` has it. Clients of
    releases that told it of everybody ask for the fields.
    """
    return {
        "roomId": membership.room_id,
        "userId": membership.user_id,
        "username": membership.username,
        "role": membership.role,
        "joinedAt": membership.joined_at,
        "mutedUntil": membership.muted_until if membership.muted_until > now else None,
        "bannedUntil": membership.banned_until if membership.banned_until > now else None,
        "lastRead": None,
        "notify": "all",
    }


def invite_shown(invite: Invite) -> dict[str, Any]:
    """Return an invitation for an `invite` frame."""
    return {
        "code": invite.code,
        "roomId": invite.room_id,
        "expiresAt": invite.expires_at * 1000,
        "uses": invite.uses_left,
    }


def profile_shown(profile: Profile, user_id: str) -> dict[str, Any]:
    """Return a profile for a `profile` or `profiles` frame, as the user of that id is shown it."""
    shown: dict[str, Any] = {
        "userId": profile.user_id,
        "handle": profile.handle,
        "displayName": profile.display_name,
        "status": profile.status,
    }
    if profile.last_seen_at is not None:
        shown["lastSeenAt"] = profile.last_seen_at
    if profile.user_id == user_id:
        shown["showLastSeen"] = profile.shows_last_seen
    return shown


def block_shown(block: Block) -> dict[str, Any]:
    """Return whom a user blocks for a `blocked` frame."""
    return {"userId": block.user_id, "blockedAt": block.blocked_at}
