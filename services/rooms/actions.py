"""Which function carries out which frame about rooms and people."""

from collections.abc import Callable

from services.rooms import member_actions, people_actions, room_actions
from services.rooms.asked import Asked
from shared.protocol.replies import Reply

Action = Callable[[Asked], Reply]
"""Carries a frame out and returns the reply. Raises a Refusal."""

ACTIONS: dict[str, Action] = {
    "createRoom": room_actions.create_room,
    "updateRoom": room_actions.update_room,
    "startDirect": room_actions.start_direct,
    "listRooms": room_actions.list_rooms,
    "myRooms": room_actions.my_rooms,
    "listMembers": member_actions.list_members,
    "markRead": room_actions.mark_read,
    "setNotify": room_actions.set_notify,
    "setChoices": room_actions.set_choices,
    "reportMessage": room_actions.report_message,
    "inviteMember": member_actions.invite_member,
    "createInvite": member_actions.create_invite,
    "acceptInvite": member_actions.accept_invite,
    "setRole": member_actions.set_role,
    "muteMember": member_actions.mute_member,
    "removeMember": member_actions.remove_member,
    "banMember": member_actions.ban_member,
    "unban": member_actions.unban,
    "blockUser": people_actions.block_user,
    "unblockUser": people_actions.unblock_user,
    "listBlocked": people_actions.list_blocked,
    "setProfile": people_actions.set_profile,
    "getProfiles": people_actions.get_profiles,
    "deleteAccount": people_actions.delete_account,
}
"""By the frame's `action`, which is also its route."""
