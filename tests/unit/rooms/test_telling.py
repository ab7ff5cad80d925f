"""What is a user's own is told to their other devices at once, in v2 and while their tokens are good."""

from typing import Any

import pytest

from shared.auth.identity import Identity
from shared.protocol.message import sort_key
from shared.rooms import direct_room_id
from shared.stores.connections import Connections, no_room_key
from shared.stores.sends import Sends
from tests.unit.examples import NOW_SECONDS, connection, message
from tests.unit.rooms.conftest import ALEX, ASKING, MARA, NOW, OLGA, SAM, Ask

Told = list[tuple[str, Any]]
READ = sort_key(NOW, "a")


def on(user: Identity, *connection_ids: str, connections: Connections, room: str = "global") -> None:
    for each in connection_ids:
        connections.put(connection(each, identity=user, room=room, ttl=NOW_SECONDS + 60))


def test_what_is_read_is_told_to_the_other_devices_once(
    ask: Ask, private: str, connections: Connections, told: Told
) -> None:
    on(ALEX, ASKING, "phone=", connections=connections)
    on(ALEX, "phone=", connections=connections, room="kitchen")
    connections.put(connection("v1=", identity=ALEX, protocol="v1"))
    connections.put(connection("expired=", identity=ALEX, ttl=NOW_SECONDS))
    on(MARA, "mara=", connections=connections)
    told.clear()

    for _ in range(2):
        ask(ALEX, "markRead", roomId=private, sortKey=READ)

    assert told == [("phone=", {"type": "read", "data": {"roomId": private, "sortKey": READ}})]


@pytest.mark.parametrize(
    ("before", "frame"),
    [
        ({}, {"action": "muteMember", "seconds": 60}),
        ({}, {"action": "banMember", "seconds": 60}),
        ({}, {"action": "setRole", "role": "moderator"}),
        ({}, {"action": "removeMember"}),
        ({"action": "removeMember"}, {"action": "inviteMember"}),
        ({"action": "banMember", "seconds": 60}, {"action": "unban"}),
    ],
    ids=lambda frame: str(frame.get("action", "member")),
)
def test_who_is_acted_on_is_told_wherever_they_are(
    *,
    before: dict[str, Any],
    frame: dict[str, Any],
    ask: Ask,
    private: str,
    connections: Connections,
    told: Told,
) -> None:
    on(ALEX, "phone=", connections=connections, room=private)
    if before:
        assert ask(OLGA, roomId=private, userId=ALEX.user_id, **before) == "ack"
    told.clear()

    assert ask(OLGA, roomId=private, userId=ALEX.user_id, **frame) == "ack"

    assert told == [("phone=", {"type": "membership", "data": {"roomId": private}})]


@pytest.mark.parametrize(
    "frame",
    [
        {"action": "setRole", "role": "member"},
        *({"action": action} for action in ("unban", "inviteMember")),
        {"action": "startDirect"},
    ],
    ids=lambda frame: str(frame["action"]),
)
def test_of_what_changes_nothing_nobody_is_told_so_that_nobody_is_kept_busy(
    frame: dict[str, Any], ask: Ask, private: str, connections: Connections, told: Told
) -> None:
    on(ALEX, "phone=", connections=connections)
    ask(OLGA, "startDirect", userId=ALEX.user_id)
    told.clear()

    room = {} if frame["action"] == "startDirect" else {"roomId": private}
    ask(OLGA, userId=ALEX.user_id, **room, **frame)

    assert told == []


def test_whoever_may_not_tells_nobody(ask: Ask, private: str, connections: Connections, told: Told) -> None:
    on(OLGA, "olga=", connections=connections)
    told.clear()

    assert ask(ALEX, "banMember", roomId=private, userId=OLGA.user_id, seconds=60) == "FORBIDDEN"

    assert told == []


def test_a_conversation_is_told_to_both(ask: Ask, connections: Connections, told: Told) -> None:
    on(SAM, ASKING, "sam=", connections=connections)
    on(ALEX, "alex=", connections=connections)

    ask(SAM, "startDirect", userId=ALEX.user_id)

    room_id = direct_room_id(SAM.user_id, ALEX.user_id)
    frame = {"type": "membership", "data": {"roomId": room_id}}
    assert sorted(told) == sorted([("alex=", frame), ("sam=", frame)], key=lambda each: each[0])


def test_who_is_taken_out_of_the_only_room_is_still_known(
    ask: Ask, private: str, connections: Connections
) -> None:
    on(ALEX, "phone=", connections=connections, room=private)

    ask(OLGA, "banMember", roomId=private, userId=ALEX.user_id, seconds=60)

    assert [each.room_id for each in connections.stored("phone=")] == [no_room_key("phone=")]


def test_ones_rooms_say_what_others_said_since(ask: Ask, private: str, sends: Sends) -> None:
    said = [message(number, room=private, at=NOW + 1) for number in range(3)]
    mine = message(9, room=private, at=NOW + 1).model_copy(update={"user_id": ALEX.user_id})
    ask(ALEX, "myRooms")
    for each in (*said, mine):
        sends.put_once(each.model_copy(update={"user_id": MARA.user_id}) if each is not mine else mine)

    def unread() -> Any:
        return ask(ALEX, "myRooms")["memberships"][0]["unread"]

    assert unread() == {"count": 3, "more": False}
    ask(ALEX, "markRead", roomId=private, sortKey=said[1].sort_key)
    assert unread() == {"count": 1, "more": False}
    ask(OLGA, "banMember", roomId=private, userId=ALEX.user_id, seconds=60)
    assert unread() == {"count": 0, "more": False}  # what goes on there is not for who is banned


def test_so_many_are_looked_at(ask: Ask, private: str, sends: Sends) -> None:
    said = [message(number, room=private, at=NOW + 1) for number in range(102)]
    for each in said:
        sends.put_once(each.model_copy(update={"user_id": MARA.user_id}))
    ask(ALEX, "markRead", roomId=private, sortKey=said[0].sort_key)

    (mine,) = [each for each in ask(ALEX, "myRooms")["memberships"] if each["roomId"] == private]
    assert mine["unread"] == {"count": 100, "more": True}
