"""Making, changing and finding rooms."""

from typing import TYPE_CHECKING

import pytest

from shared.rooms import direct_room_id, kind_of
from shared.stores.sends import Sends
from tests.unit.examples import identifier, message
from tests.unit.known import make_known
from tests.unit.rooms.conftest import ALEX, NOW, OLGA, SAM, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def test_a_public_room_is_in_the_directory_with_its_topic(ask: Ask) -> None:
    made = ask(OLGA, "createRoom", roomId="cats", title="Cats", topic="Only cats")

    assert made == {
        "roomId": "cats",
        "kind": "public",
        "title": "Cats",
        "topic": "Only cats",
        "createdAt": NOW,
    }
    quiet = {"online": 0, "more": False, "lastActivityAt": NOW}
    assert ask(SAM, "listRooms") == {"rooms": [made | quiet], "nextCursor": None}


@pytest.mark.parametrize("query", ["cat", "ONLY", "cats", ""])
def test_the_directory_is_searched_whatever_the_case(query: str, ask: Ask) -> None:
    ask(OLGA, "createRoom", roomId="cats", title="Cats", topic="Only them")
    ask(OLGA, "createRoom", roomId="dogs", title="Dogs")

    found = [room["roomId"] for room in ask(SAM, "listRooms", query=query)["rooms"]]

    assert found == (["cats", "dogs"] if not query else ["cats"])


def test_a_private_room_has_an_id_that_nobody_chose_and_is_in_no_list(ask: Ask) -> None:
    made = ask(OLGA, "createRoom", kind="private", title="Plans", roomId="plans")

    assert kind_of(made["roomId"]) == "private"
    assert ask(SAM, "listRooms")["rooms"] == []
    assert [row["roomId"] for row in ask(OLGA, "myRooms")["memberships"]] == [made["roomId"]]


def test_a_room_made_twice_is_made_once_and_a_taken_name_is_refused(ask: Ask) -> None:
    first = ask(OLGA, "createRoom", roomId="cats", title="Cats")

    assert ask(OLGA, "createRoom", roomId="cats", title="Lions", now=NOW + 5_000) == first
    assert ask(SAM, "createRoom", roomId="cats", title="Mine") == "FORBIDDEN"
    assert ask(SAM, "createRoom", roomId="global", title="Mine") == "FORBIDDEN"


def test_a_private_room_that_is_asked_for_again_is_made_once_for_each_who_asks(ask: Ask) -> None:
    wanted = {"kind": "private", "title": "Plans", "clientRoomId": str(identifier(1))}

    first = ask(OLGA, "createRoom", **wanted)

    assert ask(OLGA, "createRoom", now=NOW + 5_000, **wanted) == first
    assert kind_of(first["roomId"]) == "private"
    others = [
        ask(OLGA, "createRoom", **wanted | {"clientRoomId": str(identifier(2))}),
        ask(SAM, "createRoom", **wanted),
        ask(OLGA, "createRoom", kind="private", title="Plans"),
    ]
    assert len({first["roomId"], *(each["roomId"] for each in others)}) == 4


def test_who_makes_a_room_keeps_what_they_have_chosen_for_it(ask: Ask) -> None:
    ask(OLGA, "setChoices", roomId="cats", favourite=True)
    ask(OLGA, "setNotify", roomId="cats", notify="mentions")
    ask(OLGA, "markRead", roomId="cats", sortKey=message(1).sort_key)

    ask(OLGA, "createRoom", roomId="cats", title="Cats")

    (own,) = ask(OLGA, "myRooms")["memberships"]
    kept = {name: own[name] for name in ("role", "favourite", "notify", "lastRead")}
    chosen = {"favourite": True, "notify": "mentions", "lastRead": message(1).sort_key}
    assert kept == {"role": "owner", **chosen}


def test_a_room_that_others_use_is_nobodys_to_take(ask: Ask, sends: Sends) -> None:
    said = message(1, room="kitchen").model_copy(update={"user_id": SAM.user_id})
    sends.put_once(said)

    assert ask(OLGA, "createRoom", roomId="kitchen", title="Mine now") == "FORBIDDEN"
    assert ask(SAM, "createRoom", roomId="kitchen", title="Kitchen")["roomId"] == "kitchen"
    sends.put_once(said.model_copy(update={"sort_key": message(2).sort_key, "user_id": OLGA.user_id}))
    assert ask(SAM, "createRoom", roomId="kitchen", title="Kitchen")["roomId"] == "kitchen"  # made again


def test_the_directory_says_for_how_long_a_room_keeps_what_is_said(ask: Ask) -> None:
    ask(OLGA, "createRoom", roomId="cats", title="Cats")
    ask(OLGA, "updateRoom", roomId="cats", title="Cats", retentionDays=7)

    assert [room["retentionDays"] for room in ask(SAM, "listRooms")["rooms"]] == [7]


def test_a_title_gives_a_name_where_none_was_chosen(ask: Ask) -> None:
    assert ask(OLGA, "createRoom", title="Cats & Dogs!")["roomId"] == "cats-dogs"
    assert ask(OLGA, "createRoom", title="😀") == "INVALID_FRAME"


@pytest.mark.parametrize("title", ["", "   ", "x" * 81, 7])
def test_a_title_that_is_none_is_refused(title: object, ask: Ask) -> None:
    assert ask(OLGA, "createRoom", roomId="cats", title=title) == "INVALID_FRAME"


def test_only_those_who_moderate_change_a_title(ask: Ask, private: str) -> None:
    assert ask(ALEX, "updateRoom", roomId=private, title="Mine") == "FORBIDDEN"
    assert ask(OLGA, "updateRoom", roomId=private, title="New", topic="t")["title"] == "New"


def test_a_conversation_of_two_is_the_same_whoever_starts_it(ask: Ask) -> None:
    started = ask(OLGA, "startDirect", userId=SAM.user_id)

    assert ask(SAM, "startDirect", userId=OLGA.user_id, now=NOW + 9_000) == started
    assert started["roomId"] == direct_room_id(OLGA.user_id, SAM.user_id)
    assert [row["roomId"] for row in ask(SAM, "myRooms")["memberships"]] == [started["roomId"]]
    assert ask(ALEX, "listMembers", roomId=started["roomId"]) == "FORBIDDEN"
    assert ask(OLGA, "startDirect", userId=OLGA.user_id) == "INVALID_FRAME"


def test_strangers_are_spoken_to_so_often_and_those_one_speaks_to_as_often_as_one_likes(
    ask: Ask, dynamodb: "DynamoDBClient"
) -> None:
    strangers = [f"stranger-{number}" for number in range(6)]
    make_known(dynamodb, *strangers)

    begun = [ask(OLGA, "startDirect", userId=each) for each in strangers]

    assert begun[5] == "RATE_LIMITED"
    assert [ask(OLGA, "startDirect", userId=each) for each in strangers[:5]] == begun[:5]
    assert ask(OLGA, "startDirect", userId=strangers[5], now=NOW + 1_000)["kind"] == "direct"
