"""Whatever people call themselves and their rooms, each answer fits into a frame, and nothing is left out."""

from typing import Any

import pytest

from services.rooms.making import Stores, member
from shared.auth.identity import NAME_LIMIT_CHARACTERS, Identity
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.profile_frames import (
    DISPLAY_NAME_LIMIT_CHARACTERS,
    PROFILES_LIMIT,
    STATUS_LIMIT_CHARACTERS,
)
from shared.protocol.replies import encode
from shared.protocol.room_frames import TITLE_LIMIT_CHARACTERS, TOPIC_LIMIT_CHARACTERS
from shared.rooms import private_room_id
from shared.stores.profiles import Profile, Profiles
from shared.stores.rooms import Room
from tests.unit.rooms.conftest import NOW, OLGA, SAM, Ask

WIDE = "\U0001f468"  # four bytes
MANY = 60


def pages(ask: Ask, action: str, name: str, **data: Any) -> list[list[dict[str, Any]]]:
    found, cursor = [], None
    while True:
        answer = ask(SAM, action, **data, **({"cursor": cursor} if cursor else {}))
        assert len(encode(answer)) <= FRAME_LIMIT_BYTES + 100  # of the envelope
        found.append(answer[name])
        if (cursor := answer["nextCursor"]) is None:
            return found


def make(stores: Stores, room_id: str, *users: Identity) -> None:
    room = Room(
        room_id, WIDE * TITLE_LIMIT_CHARACTERS, WIDE * TOPIC_LIMIT_CHARACTERS, OLGA.user_id, created_at=NOW
    )
    assert stores.rooms.create(room, *(member(each, room_id, "member", NOW) for each in users))


def test_who_is_put_into_rooms_with_long_topics_still_sees_all_of_theirs(stores: Stores, ask: Ask) -> None:
    rooms = [private_room_id(bytes([number] * 16)) for number in range(MANY)]
    for room_id in rooms:
        make(stores, room_id, SAM)

    found = pages(ask, "myRooms", "memberships")

    assert [each["roomId"] for page in found for each in page] == sorted(rooms)


def test_a_directory_of_long_topics_is_read_to_its_end(stores: Stores, ask: Ask) -> None:
    rooms = [f"room-{number:02}" for number in range(MANY)]
    for room_id in rooms:
        make(stores, room_id)

    found = pages(ask, "listRooms", "rooms")

    assert [each["roomId"] for page in found for each in page] == rooms


def test_members_with_long_names_are_all_listed(stores: Stores, ask: Ask) -> None:
    users = [Identity(f"{number:036}", WIDE * NAME_LIMIT_CHARACTERS) for number in range(MANY)]
    make(stores, "kitchen", *users)

    found = pages(ask, "listMembers", "memberships", roomId="kitchen")

    assert len(found) > 1
    assert [each["userId"] for page in found for each in page] == [each.user_id for each in users]


@pytest.mark.parametrize("asked", [PROFILES_LIMIT, 3])
def test_of_profiles_that_do_not_fit_it_is_told_who_is_left(profiles: Profiles, ask: Ask, asked: int) -> None:
    users = [f"{number:036}" for number in range(asked)]
    for number, user_id in enumerate(users):
        name, status = WIDE * DISPLAY_NAME_LIMIT_CHARACTERS, WIDE * STATUS_LIMIT_CHARACTERS
        profiles.put(Profile(user_id, f"user-{number}", name, status), None, NOW // 1000)

    told, left, answers = [], users, 0
    while left:
        answer = ask(SAM, "getProfiles", userIds=[*left, "nobody"][:PROFILES_LIMIT])
        assert len(encode(answer)) <= FRAME_LIMIT_BYTES + 100
        told += [each["userId"] for each in answer["profiles"]]
        left, answers = answer.get("left", []), answers + 1
    assert sorted(told) == users
    assert (answers > 1) == (asked > 3)
