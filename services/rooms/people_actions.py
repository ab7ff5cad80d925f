"""What each frame about people does, in whichever rooms: parse, call the logic, shape the reply."""

from services.rooms import blocking, naming
from services.rooms.asked import Asked
from services.rooms.shown import block_shown, profile_shown
from shared.protocol.block_frames import Blocking, ListBlocked
from shared.protocol.parts import first_part
from shared.protocol.profile_frames import DeleteAccount, GetProfiles, SetProfile
from shared.protocol.replies import Reply, acknowledgement, block_changed
from shared.protocol.room_frames import data_of, page


def block_user(asked: Asked) -> Reply:
    """Block somebody; the user's other devices are told."""
    user_id = data_of(asked.frame, Blocking).user_id
    if blocking.block(user_id, asked.user, stores=asked.stores, now=asked.now):
        asked.tell_others(block_changed(user_id, is_blocked=True))
    return acknowledgement()


def unblock_user(asked: Asked) -> Reply:
    """Block somebody no more; the user's other devices are told."""
    user_id = data_of(asked.frame, Blocking).user_id
    if blocking.unblock(user_id, asked.user, stores=asked.stores):
        asked.tell_others(block_changed(user_id, is_blocked=False))
    return acknowledgement()


def list_blocked(asked: Asked) -> Reply:
    """List whom the user blocks."""
    cursor = data_of(asked.frame, ListBlocked).cursor
    found = blocking.blocked_by(asked.user, cursor, stores=asked.stores)
    return page("blocked", list(map(block_shown, found.blocks)), found.next, by="userId")


def set_profile(asked: Asked) -> Reply:
    """Change what the user is called, or whether it is told when they were here last."""
    wanted = data_of(asked.frame, SetProfile)
    now = asked.now // 1000
    changed = naming.change(
        wanted,
        asked.user,
        profiles=asked.profiles,
        spend=lambda: asked.spend("handles"),
        now_seconds=now,
    )
    return {"type": "profile", "data": profile_shown(changed, asked.user.user_id)}


def get_profiles(asked: Asked) -> Reply:
    """Tell what users are called, as far as it fits into a frame, and of whom that is left to ask."""
    wanted = data_of(asked.frame, GetProfiles)
    found = naming.found(wanted, asked.user, profiles=asked.profiles, blocks=asked.stores.blocks)
    shown = [profile_shown(each, asked.user.user_id) for each in found]
    user_ids = [each["userId"] for each in shown]
    kept = first_part(shown, beside=sum(map(len, user_ids)) + 3 * len(user_ids))
    left = user_ids[len(kept) :]
    return {"type": "profiles", "data": {"profiles": kept} | ({"left": left} if left else {})}


def delete_account(asked: Asked) -> Reply:
    """Delete the user's account; the connection that asks is closed once it has the reply."""
    asked.leaving.delete(data_of(asked.frame, DeleteAccount), asked.user, asked.now)
    reply = acknowledgement()
    named = {"requestId": asked.frame.request_id} if asked.frame.request_id else {}
    asked.leaving.say_goodbye(asked.user, asked.connection_id, reply | named)
    return reply
