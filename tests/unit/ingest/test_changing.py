"""Changes of messages through the handler as it is deployed, and what history shows then."""

import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from shared.jobs import DeliveryJob
from shared.protocol.message import Change
from shared.rooms import Role
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages, Span
from shared.stores.pins import Pins
from tests.unit.examples import NOW, identifier
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="send-message")
DAY = 24 * 60 * 60 * 1_000
LOOKED = ["GetItem", "GetItem"]
THUMB, HEART = "\U0001f44d", "\u2764\ufe0f"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The server's clock, epoch ms; it moves on by a second with each frame."""
    from services.ingest.handlers import send_message

    clock = SimpleNamespace(now=NOW)

    def tick() -> float:
        return float(clock.now) / 1000

    monkeypatch.setattr(send_message, "time", SimpleNamespace(time=tick))
    return clock


class Room:
    """People in a room, who speak through the handler."""

    def __init__(self, clock: SimpleNamespace) -> None:
        from services.ingest.handlers.send_message import build

        self.handler = build(os.environ)
        self.clock = clock

    def ask(self, action: str, user: str = "a11ce", **data: Any) -> dict[str, Any]:
        self.clock.now += 1_000
        frame = {"action": action, "requestId": "r1", "token": token(sub=user), "data": data}
        event = {"requestContext": {"connectionId": "c1=", "routeKey": action}, "body": json.dumps(frame)}
        reply: dict[str, Any] = json.loads(self.handler(event, CONTEXT)["body"])
        return reply

    def say(self, content: str, user: str = "a11ce", **data: Any) -> str:
        key: str = self.ask("sendMessage", user, content=content, **data)["data"]["sortKey"]
        return key

    def code(self, action: str, user: str = "a11ce", **data: Any) -> str:
        reply = self.ask(action, user, **data)
        return str(reply["data"]["code"]) if reply["type"] == "error" else "done"


@pytest.fixture
def room(inbox: str, clock: SimpleNamespace) -> Room:
    return Room(clock)


def stored(messages: Messages) -> list[dict[str, Any]]:
    page = messages.of_room("global", Span(100))
    return [each.model_dump(mode="json", by_alias=True) for each in page.messages]


def jobs(queue: str) -> list[Any]:
    received = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [DeliveryJob.model_validate_json(each["Body"]) for each in received.get("Messages", [])]


def test_an_edit_is_the_new_text_for_everybody(room: Room, messages: Messages, inbox: str) -> None:
    key = room.say("Helo")
    jobs(inbox)

    reply = room.ask("editMessage", roomId="global", sortKey=key, content=" Hello ")

    assert reply["type"] == "change"
    told = reply["data"]
    assert (told["kind"], told["target"], told["content"]) == ("edit", key, "Hello")
    (said,) = stored(messages)
    assert (said["content"], said["editedAt"], said["changedAt"]) == ("Hello", *[told["createdAt"]] * 2)
    (job,) = jobs(inbox)
    (entry,) = [each.message for each in job.outgoing]
    assert isinstance(entry, Change)
    assert (entry.content, entry.sort_key, job.outgoing[0].exclude) == ("Hello", told["sortKey"], "c1=")


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("editMessage", {"content": "Hi"}),
        ("deleteMessage", {}),
        ("react", {"emoji": THUMB, "on": True}),
        ("react", {"emoji": THUMB, "on": False}),
        ("pinMessage", {"on": True}),
    ],
)
def test_a_change_is_exactly_two_aws_calls(
    inbox: str,
    clock: SimpleNamespace,
    memberships: Memberships,
    calls: list[str],
    *,
    action: str,
    more: dict[str, Any],
) -> None:
    room = Room(clock)
    memberships.join(Membership("a11ce", "global", "Alice", "moderator", NOW))
    key = room.say("Hello")
    calls.clear()

    assert room.ask(action, roomId="global", sortKey=key, **more)["type"] == "change"
    assert calls == ["TransactWriteItems", "Publish"]


@pytest.mark.parametrize(
    ("said_by", "named", "role", "made"),
    [
        ("a11ce", "a11ce", "member", ["TransactWriteItems", "Publish"]),
        ("a11ce", None, "member", ["TransactWriteItems", *LOOKED, "TransactWriteItems", "Publish"]),
        ("a11ce", "a11ce", "moderator", ["TransactWriteItems", *LOOKED, "TransactWriteItems", "Publish"]),
        ("a11ce", "b0b", "member", ["TransactWriteItems", *LOOKED, "TransactWriteItems", "Publish"]),
        ("m0d", "a11ce", "member", ["TransactWriteItems", "TransactWriteItems", "Publish"]),
    ],
    ids=["a member's", "whose is not said", "a moderator's", "a wrong author", "one's own, called another's"],
)
def test_a_moderator_who_says_whose_message_it_is_deletes_it_in_two_aws_calls(
    *,
    inbox: str,
    clock: SimpleNamespace,
    memberships: Memberships,
    calls: list[str],
    said_by: str,
    named: str | None,
    role: Role,
    made: list[str],
) -> None:
    room = Room(clock)
    memberships.join(Membership("m0d", "global", "Mo", "owner", NOW))
    memberships.join(Membership("a11ce", "global", "Alice", role, NOW))
    key = room.say("Hello", said_by)
    calls.clear()

    whose = {"author": named} if named else {}
    assert room.code("deleteMessage", "m0d", roomId="global", sortKey=key, **whose) == "done"
    assert calls == made


def test_of_earlier_texts_the_first_and_the_last_are_kept(room: Room, messages: Messages) -> None:
    key = room.say("one")
    for content in ("two", "three", "four"):
        room.ask("editMessage", roomId="global", sortKey=key, content=content)

    assert messages.versions("global", key) == ["one", "three"]
    assert stored(messages)[0]["content"] == "four"
    room.ask("deleteMessage", roomId="global", sortKey=key)
    assert messages.versions("global", key) == []


def test_what_is_deleted_is_nowhere_in_the_table_any_more(
    room: Room, messages: Messages, dynamodb: "DynamoDBClient"
) -> None:
    first = room.say("before")
    key = room.say("secret one", replyTo=first)
    room.ask("editMessage", roomId="global", sortKey=key, content="secret two")
    room.ask("react", "b0b", roomId="global", sortKey=key, emoji=THUMB, on=True)

    assert room.code("deleteMessage", roomId="global", sortKey=key) == "done"

    assert "secret" not in json.dumps(dynamodb.scan(TableName="messages")["Items"])
    tombstone = stored(messages)[1]
    assert (tombstone["content"], tombstone["deletedAt"]) == ("", room.clock.now)
    assert not tombstone.keys() & {"reactions", "editedAt", "replyTo"}


def test_a_deleted_message_takes_no_change(room: Room) -> None:
    key = room.say("Hello")
    room.ask("deleteMessage", roomId="global", sortKey=key)

    assert room.code("editMessage", roomId="global", sortKey=key, content="Hi") == "INVALID_FRAME"
    assert room.code("react", roomId="global", sortKey=key, emoji=THUMB, on=True) == "INVALID_FRAME"
    assert room.code("deleteMessage", roomId="global", sortKey=key) == "INVALID_FRAME"


def test_neither_nothing_nor_a_change_can_be_changed(room: Room) -> None:
    key = room.say("Hello")
    edit = room.ask("editMessage", roomId="global", sortKey=key, content="Hi")["data"]["sortKey"]

    for target in (edit, f"{NOW}#none"):
        assert room.code("react", roomId="global", sortKey=target, emoji=THUMB, on=True) == "INVALID_FRAME"


def test_an_author_may_edit_for_a_day_and_delete_for_ever(room: Room) -> None:
    key = room.say("Hello")
    room.clock.now += DAY - 1_001
    assert room.code("editMessage", roomId="global", sortKey=key, content="Hi") == "done"

    assert room.code("editMessage", roomId="global", sortKey=key, content="Hej") == "FORBIDDEN"
    assert room.code("deleteMessage", roomId="global", sortKey=key) == "done"


def test_nobody_edits_the_message_of_somebody_else(room: Room, messages: Messages) -> None:
    key = room.say("Hello")

    assert room.code("editMessage", "b0b", roomId="global", sortKey=key, content="Hi") == "FORBIDDEN"
    assert room.code("deleteMessage", "b0b", roomId="global", sortKey=key) == "FORBIDDEN"
    assert stored(messages)[0]["content"] == "Hello"


def test_reactions_are_who_put_which_emoji(room: Room, messages: Messages) -> None:
    key = room.say("Hello")
    for user, emoji, on in (
        ("a11ce", THUMB, True),
        ("b0b", THUMB, True),
        ("b0b", THUMB, True),
        ("b0b", HEART, True),
        ("a11ce", THUMB, False),
    ):
        assert room.code("react", user, roomId="global", sortKey=key, emoji=emoji, on=on) == "done"

    (said,) = stored(messages)
    who = [{"userId": "b0b", "username": "Alice"}]  # the name in the test's tokens
    assert said["reactions"] == [{"emoji": HEART, "users": who}, {"emoji": THUMB, "users": who}]


def test_a_message_takes_a_bounded_number_of_emoji_and_reactions(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    emojis, reactions = 3, 6  # instead of 20 and 100, which take seconds
    monkeypatch.setattr("shared.stores.changes.EMOJI_LIMIT", emojis)
    monkeypatch.setattr("shared.stores.changes.REACTION_LIMIT", reactions)
    key = room.say("Hello")
    for number in range(emojis):
        emoji = chr(0x1F600 + number)
        assert room.code("react", f"u{number}", roomId="global", sortKey=key, emoji=emoji, on=True) == "done"
    react: dict[str, Any] = {"roomId": "global", "sortKey": key, "on": True}

    assert room.code("react", **react, emoji=THUMB) == "FORBIDDEN"
    for number in range(emojis, reactions):
        assert room.code("react", f"u{number}", **react, emoji=chr(0x1F600)) == "done"
    assert room.code("react", **react, emoji=chr(0x1F600)) == "FORBIDDEN"
    assert room.code("react", f"u{reactions - 1}", **react, emoji=chr(0x1F600)) == "done"  # is there already


@pytest.mark.parametrize("emoji", ["a", "", " ", "1", "ab", f"{THUMB}{HEART}x", THUMB * 20, "<b>", "\u202e"])
def test_a_reaction_is_one_emoji(room: Room, emoji: str) -> None:
    key = room.say("Hello")

    assert room.code("react", roomId="global", sortKey=key, emoji=emoji, on=True) == "INVALID_FRAME"


def test_a_repeated_change_is_made_once_and_answered_alike(
    room: Room, messages: Messages, inbox: str
) -> None:
    key = room.say("Hello")
    edit = {"roomId": "global", "sortKey": key, "clientMessageId": str(identifier(1))}
    first = room.ask("editMessage", **edit, content="Hi")
    room.ask("editMessage", roomId="global", sortKey=key, content="Hej")

    again = room.ask("editMessage", **edit, content="Hi")

    assert again == first
    assert stored(messages)[0]["content"] == "Hej"
    assert room.code("editMessage", **edit, content="Other") == "INVALID_FRAME"
    assert room.code("deleteMessage", **edit) == "INVALID_FRAME"


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("editMessage", {"content": "Hi"}),
        ("deleteMessage", {}),
        ("react", {"emoji": THUMB, "on": True}),
        ("pinMessage", {"on": True}),
    ],
)
def test_a_repeated_change_is_told_again_though_it_could_not_be_made_again(
    room: Room, memberships: Memberships, inbox: str, action: str, more: dict[str, Any]
) -> None:
    memberships.join(Membership("a11ce", "global", "Alice", "moderator", NOW))
    change = {"roomId": "global", "sortKey": room.say("Hello"), "clientMessageId": str(identifier(1)), **more}
    first = room.ask(action, **change)
    jobs(inbox)

    assert room.ask(action, **change) == first

    (job,) = jobs(inbox)
    assert job.outgoing[0].message.sort_key == first["data"]["sortKey"]


def test_an_edit_of_what_was_deleted_meanwhile_is_not_told_again(room: Room, inbox: str) -> None:
    edit = {"roomId": "global", "sortKey": room.say("Hello"), "clientMessageId": str(identifier(1))}
    room.ask("editMessage", **edit, content="a secret")
    room.ask("deleteMessage", roomId="global", sortKey=edit["sortKey"])
    jobs(inbox)

    assert room.code("editMessage", **edit, content="a secret") == "done"
    assert jobs(inbox) == []


def test_an_earlier_change_never_undoes_a_later_one(room: Room, messages: Messages) -> None:
    key = room.say("Hello")
    room.clock.now += 10
    room.ask("editMessage", roomId="global", sortKey=key, content="later")
    room.clock.now -= 1_005  # another host's clock

    reply = room.ask("editMessage", roomId="global", sortKey=key, content="earlier")

    assert (reply["data"]["code"], reply["data"]["retryAfterMs"]) == ("RATE_LIMITED", 6)
    assert stored(messages)[0]["content"] == "later"


def test_pins_are_a_moderators_and_bounded(
    room: Room, memberships: Memberships, dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 3  # instead of 50, which take seconds
    monkeypatch.setattr("shared.stores.pins.PIN_LIMIT", limit)
    memberships.join(Membership("m0d", "global", "Mo", "moderator", NOW))
    pins = Pins(dynamodb, "rooms")
    keys = [room.say(f"message {number}") for number in range(limit + 1)]
    for key in keys[:limit]:
        assert room.code("pinMessage", "m0d", roomId="global", sortKey=key, on=True) == "done"
    last: dict[str, Any] = {"roomId": "global", "sortKey": keys[-1], "on": True}

    assert room.code("pinMessage", **last) == "FORBIDDEN"
    assert room.code("pinMessage", "m0d", **last) == "FORBIDDEN"
    assert pins.of_room("global") == keys[:limit]
    # What is unpinned or deleted makes room.
    room.ask("pinMessage", "m0d", roomId="global", sortKey=keys[0], on=False)
    room.ask("deleteMessage", roomId="global", sortKey=keys[1])
    assert room.code("pinMessage", "m0d", **last) == "done"
    assert pins.of_room("global") == [*keys[2:limit], keys[-1]]


def test_a_reply_names_what_it_answers(room: Room, messages: Messages) -> None:
    key = room.say("Lunch?")
    room.say("Yes", "b0b", replyTo=key)

    assert [each.get("replyTo") for each in stored(messages)] == [None, key]
