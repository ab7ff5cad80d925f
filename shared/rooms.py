"""What kinds of rooms there are, what their ids say, and who is what in them."""

import hashlib
import json
import re
from typing import Literal

RoomKind = Literal["public", "private", "direct"]
Role = Literal["none", "member", "moderator", "owner"]
Notify = Literal["all", "mentions", "none"]

PUBLIC_ROOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# `~` is in no public name: an id alone says the kind, and no public room can be named like a private one.
SERVER_MADE_ROOM_ID = re.compile(r"~[pd][0-9a-f]{32}")
RANK: dict[Role, int] = {"none": 0, "member": 1, "moderator": 2, "owner": 3}
"""Order of the roles: who has the higher one may act on who has a lower one."""


def is_room_id(text: str) -> bool:
    """Return whether a text is the id of a room that there could be."""
    return bool(PUBLIC_ROOM_ID.fullmatch(text) or SERVER_MADE_ROOM_ID.fullmatch(text))


def kind_of(room_id: str) -> RoomKind:
    """Return the kind of a room, which its id says without a read."""
    if room_id.startswith("~p"):
        return "private"
    return "direct" if room_id.startswith("~d") else "public"


def private_room_id(random_bytes: bytes) -> str:
    """Return the id of a new private room; `random_bytes` are 16, so that nobody guesses it."""
    return f"~p{random_bytes.hex()}"


def direct_room_id(one_user_id: str, other_user_id: str) -> str:
    """Return the id of the direct room of two users, the same whoever of them asks."""
    pair = json.dumps(sorted((one_user_id, other_user_id)))
    return f"~d{hashlib.sha256(pair.encode()).hexdigest()[:32]}"
