"""The directory says what goes on; one's own rooms come with their titles."""

from services.rooms import finding
from services.rooms.making import Stores, member
from shared.auth.identity import Identity
from shared.stores.connections import Connections
from shared.stores.sends import Sends
from tests.unit.examples import connection, message
from tests.unit.rooms.conftest import ALEX, MARA, NOW, OLGA, SAM, Ask


def listed(ask: Ask, room_id: str) -> dict[str, object]:
    (found,) = [room for room in ask(SAM, "listRooms")["rooms"] if room["roomId"] == room_id]
    return {name: found[name] for name in ("online", "more", "lastActivityAt")}


def test_people_are_counted_in_the_directory_and_not_their_tabs(ask: Ask, connections: Connections) -> None:
    ask(OLGA, "createRoom", roomId="cats", title="Cats")
    for name, user in (("1=", ALEX), ("2=", ALEX), ("3=", MARA)):
        connections.put(connection(name, room="cats", identity=user))
    connections.put(connection("4=", room="dogs", identity=SAM))

    assert listed(ask, "cats") == {"online": 2, "more": False, "lastActivityAt": NOW}


def test_a_crowd_is_counted_as_far_as_the_limit(ask: Ask, connections: Connections) -> None:
    ask(OLGA, "createRoom", roomId="cats", title="Cats")
    for number in range(finding.COUNTED_CONNECTIONS + 1):
        user = Identity(f"u{number}", "U")
        connections.put(connection(f"{number}=", room="cats", identity=user))

    assert listed(ask, "cats") == {
        "online": finding.COUNTED_CONNECTIONS,
        "more": True,
        "lastActivityAt": NOW,
    }


def test_the_directory_says_when_something_was_said_last(ask: Ask, sends: Sends) -> None:
    ask(OLGA, "createRoom", roomId="cats", title="Cats")
    for number in (1, 2):
        sends.put_once(message(number, room="cats"))

    assert listed(ask, "cats")["lastActivityAt"] == message(2).created_at


def test_the_directory_comes_in_pages(ask: Ask) -> None:
    names = [f"room-{number:02}" for number in range(finding.DIRECTORY_PAGE_ROOMS + 3)]
    for name in names:
        ask(OLGA, "createRoom", roomId=name, title=name)

    first = ask(SAM, "listRooms")
    second = ask(SAM, "listRooms", cursor=first["nextCursor"])

    assert [room["roomId"] for room in first["rooms"] + second["rooms"]] == names
    assert second["nextCursor"] is None


def test_ones_own_rooms_come_with_their_titles(ask: Ask, private: str) -> None:
    (mine,) = ask(ALEX, "myRooms")["memberships"]

    assert mine["room"] == {
        "roomId": private,
        "kind": "private",
        "title": "Plans",
        "topic": "",
        "createdAt": NOW,
    }


def test_a_room_that_nobody_gave_a_title_is_named_without_one(ask: Ask, stores: Stores) -> None:
    private = ask(OLGA, "createRoom", kind="private", title="Plans")["roomId"]
    stores.memberships.join(member(SAM, "porch", "member", NOW))

    assert {row["roomId"]: row["room"] for row in ask(SAM, "myRooms")["memberships"]} == {"porch": None}
    assert [row["roomId"] for row in ask(OLGA, "myRooms")["memberships"]] == [private]


def test_who_is_no_member_is_told_what_they_are_in_public_rooms_alone(ask: Ask, stores: Stores) -> None:
    private = ask(OLGA, "createRoom", kind="private", title="Plans")["roomId"]
    for room in ("lobby", private):
        stores.memberships.ban(SAM.user_id, room, NOW + 1, NOW)

    (row,) = ask(SAM, "myRooms")["memberships"]
    assert (row["roomId"], row["role"], row["bannedUntil"]) == ("lobby", "none", NOW + 1)


def test_who_was_invited_is_named_once_they_have_read_something(ask: Ask, private: str) -> None:
    ask(ALEX, "markRead", roomId=private, sortKey="1795500000000#a")

    named = {
        row["userId"]: row["username"] for row in ask(OLGA, "listMembers", roomId=private)["memberships"]
    }
    assert named[ALEX.user_id] == ALEX.username
