"""The function that answers, on the tables as the topology has them: rights, all rooms, frames, calls."""

import json
import os
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from services.search.indexing import index
from services.search.revisions import Revision
from services.search.searching import RESULTS_LIMIT, RESULTS_OF_A_ROOM_LIMIT
from shared.observability import Handler
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.message import Message
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.users import FOR_GOOD
from shared.stores.words import Words
from tests.unit.examples import ALICE, NOW, message
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="search-messages")
PRIVATE = f"~p{'0' * 32}"


@pytest.fixture
def handler(inbox: str, dynamodb: "DynamoDBClient", calls: list[str]) -> Handler:
    from services.search.handlers.search_messages import build

    return build(os.environ)


def ask(handler: Handler, query: str, **data: Any) -> Any:
    frame = {"action": "searchMessages", "requestId": "r1", "token": token()}
    event = {
        "requestContext": {"connectionId": "c1=", "routeKey": "searchMessages"},
        "body": json.dumps({**frame, "data": {"query": query, **data}}),
    }
    answer = json.loads(handler(event, CONTEXT)["body"])
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < FRAME_LIMIT_BYTES * 1.1
    return answer["data"]


def say(dynamodb: "DynamoDBClient", *said: Message) -> None:
    for each in said:
        dynamodb.put_item(TableName="messages", Item=marshal(item_of(each)))
    index([Revision(None, each) for each in said], Words(dynamodb, "words"))


def member(memberships: Memberships, *rooms: str) -> None:
    for room in rooms:
        memberships.join(Membership(ALICE.user_id, room, ALICE.username, "member", joined_at=NOW))


def contents(data: Any) -> list[str]:
    return [each["content"] for each in data["messages"]]


def test_a_public_room_is_searched_newest_first_page_by_page(
    handler: Handler, dynamodb: "DynamoDBClient"
) -> None:
    said = [message(number, content=f"tea {number}") for number in range(RESULTS_LIMIT + 3)]
    say(dynamodb, *said, message(99, room="other", content="tea elsewhere"))

    first = ask(handler, "TEA", roomId="global")
    second = ask(handler, "TEA", roomId="global", cursor=first["nextCursor"])

    assert contents(first) + contents(second) == [each.content for each in reversed(said)]
    assert second["nextCursor"] is None
    assert first["messages"][0] == said[-1].model_dump(by_alias=True)


@pytest.mark.parametrize("room", [PRIVATE, "global"])
def test_whoever_may_not_read_a_room_learns_nothing_of_it(
    handler: Handler, dynamodb: "DynamoDBClient", memberships: Memberships, calls: list[str], room: str
) -> None:
    say(dynamodb, message(1, room=room, content="secret"))
    if room == "global":
        memberships.ban(ALICE.user_id, room, FOR_GOOD, NOW)
    calls.clear()

    assert ask(handler, "secret", roomId=room)["code"] == ("FORBIDDEN" if room == PRIVATE else "BANNED")
    assert ask(handler, "secret", roomIds=[room]) == {"messages": [], "moreIn": [], "nextCursor": None}
    assert "Query" not in calls


def test_several_rooms_are_searched_and_a_busy_one_hides_none(
    handler: Handler, dynamodb: "DynamoDBClient", memberships: Memberships
) -> None:
    busy = [message(number, room="busy", content=f"tea {number}") for number in range(30)]
    say(dynamodb, *busy, message(1, room=PRIVATE, content="tea for two"), message(2, content="tea for all"))
    member(memberships, PRIVATE)

    found = ask(handler, "tea", roomIds=["busy", PRIVATE, "busy", f"~p{'1' * 32}"])

    newest = [each.content for each in reversed(busy[-RESULTS_OF_A_ROOM_LIMIT:])]
    assert contents(found) == [*newest, "tea for two"]
    assert (found["moreIn"], found["nextCursor"]) == (["busy"], None)


def test_what_a_frame_does_not_come_to_the_next_does(
    handler: Handler, dynamodb: "DynamoDBClient", calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.search.searching.READS_LIMIT", 4)
    rooms = [f"room-{number}" for number in range(5)]
    say(dynamodb, *(message(number, room=room, content="tea") for number, room in enumerate(rooms)))
    calls.clear()

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        found = ask(handler, "tea ", roomIds=rooms, **cursor)
        seen += [each["roomId"] for each in found["messages"]]
        if found["nextCursor"] is None:
            break
        cursor = {"cursor": found["nextCursor"]}

    assert seen == rooms
    assert Counter(calls)["Query"] == len(rooms)


def test_long_messages_go_into_several_frames(handler: Handler, dynamodb: "DynamoDBClient") -> None:
    said = [message(number, content=f"{number} tea " + "界" * 3_900) for number in range(7)]
    say(dynamodb, *said)

    numbers: list[str] = []
    cursor: dict[str, str] = {}
    while len(numbers) < len(said):
        found = ask(handler, "tea ", roomId="global", **cursor)
        numbers += [content.split()[0] for content in contents(found)]
        cursor = {"cursor": found["nextCursor"]} if found["nextCursor"] else {}

    assert numbers == ["6", "5", "4", "3", "2", "1", "0"]
    assert cursor == {}


def test_a_search_of_one_word_is_four_calls(
    handler: Handler, dynamodb: "DynamoDBClient", calls: list[str]
) -> None:
    say(dynamodb, message(1, content="tea time"))
    calls.clear()

    ask(handler, "tea ", roomId="global")

    # may they, how often, where is it, what does it say
    assert Counter(calls) == {"UpdateItem": 1, "GetItem": 1, "Query": 1, "BatchGetItem": 1}


@pytest.mark.parametrize("query", ["!!!", " ", "#"])
def test_a_query_without_a_word_finds_nothing(handler: Handler, query: str) -> None:
    assert ask(handler, query, roomId="global") == {"messages": [], "moreIn": [], "nextCursor": None}


@pytest.mark.parametrize(
    "data",
    [
        {"query": ""},
        {"query": "x" * 101},
        {"query": 1},
        {"cursor": "ü"},
        {"roomId": None},
        {"roomIds": ["other"]},
        {"roomId": None, "roomIds": []},
        {"roomId": None, "roomIds": [f"r{number}" for number in range(51)]},
    ],
)
def test_what_is_no_search_is_refused(handler: Handler, data: dict[str, Any]) -> None:
    assert ask(handler, **{"query": "x", "roomId": "global", **data})["code"] == "INVALID_FRAME"


@pytest.mark.parametrize("cursor", ["~", "0", "zzz", "!" * 200])
def test_a_made_up_cursor_reaches_no_other_word_or_room(
    handler: Handler, dynamodb: "DynamoDBClient", cursor: str
) -> None:
    elsewhere = message(3, room="b", content="tea elsewhere")
    say(dynamodb, message(1, content="tea"), message(2, content="teapot"), elsewhere)

    assert set(contents(ask(handler, "tea ", roomId="global", cursor=cursor))) <= {"tea"}
    assert set(contents(ask(handler, "tea ", roomIds=["global"], cursor=cursor))) == {"tea"}


def test_a_user_may_search_so_often_and_no_more(inbox: str) -> None:
    from services.search.handlers.search_messages import build

    handler = build({**os.environ, "SEARCH_LIMIT": "2/60000"})

    codes = [ask(handler, "x", roomId="global").get("code") for _ in range(3)]

    assert codes == [None, None, "RATE_LIMITED"]
