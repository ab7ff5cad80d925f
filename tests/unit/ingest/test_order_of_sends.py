"""What the senders' clocks and repetitions may not do to a room, through the handler as it is deployed."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import boto3
import pytest

from shared.observability import Handler
from shared.stores.messages import Messages, Span
from shared.stores.users import Users
from tests.unit.examples import NOW, identifier
from tests.unit.tokens import token

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="send-message")
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000

Say = Callable[..., dict[str, Any]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The server's clock, epoch ms; a test moves it."""
    from services.ingest.handlers import send_message

    clock = SimpleNamespace(now=NOW)
    monkeypatch.setattr(send_message, "time", SimpleNamespace(time=lambda: clock.now / 1000))
    return clock


@pytest.fixture
def handler(inbox: str) -> Handler:
    from services.ingest.handlers.send_message import build

    return build(os.environ)


@pytest.fixture
def say(handler: Handler) -> Say:
    """Sends a frame through the handler; its reply."""

    def say(content: str, client_message_id: UUID | str | None = None, **fields: Any) -> dict[str, Any]:
        own = {"clientMessageId": str(client_message_id)} if client_message_id else {}
        data = {"content": content, **own}
        frame = {"action": "sendMessage", "requestId": "r1", "token": token(), "data": data, **fields}
        event = {
            "requestContext": {"connectionId": "c1=", "routeKey": "sendMessage"},
            "body": json.dumps(frame),
        }
        reply: dict[str, Any] = json.loads(handler(event, CONTEXT)["body"])
        return reply

    return say


def history(messages: Messages) -> list[str]:
    return [each.content for each in messages.of_room("global", Span(100)).messages]


def published(queue: str) -> int:
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize("off", [90 * SECOND, -5 * MINUTE, 25 * HOUR, -25 * HOUR])
def test_a_device_whose_clock_is_wrong_just_works(
    say: Say, messages: Messages, clock: SimpleNamespace, off: int
) -> None:
    reply = say("Hello", identifier(1, clock.now + off))

    assert reply["type"] == "newMessage"
    assert reply["data"]["createdAt"] == clock.now
    assert history(messages) == ["Hello"]


def test_what_was_written_offline_arrives_in_the_order_in_which_it_is_sent(
    say: Say, messages: Messages, clock: SimpleNamespace
) -> None:
    written = [identifier(number, NOW - HOUR + number * SECOND) for number in range(8)]
    for number, each in enumerate(written):
        clock.now += SECOND
        say(f"line {number}", each)
    clock.now += SECOND
    say("after", identifier(9, clock.now))

    assert history(messages) == [*(f"line {number}" for number in range(8)), "after"]


@pytest.mark.parametrize("ahead", [50 * SECOND, -50 * SECOND])
def test_an_answer_stands_below_its_question_whatever_the_clocks(
    say: Say, messages: Messages, clock: SimpleNamespace, ahead: int
) -> None:
    say("may I delete the table?", identifier(1, clock.now + ahead))
    clock.now += 5 * SECOND
    say("yes", identifier(2, clock.now - ahead))

    assert history(messages) == ["may I delete the table?", "yes"]


def test_what_comes_later_sorts_last_so_that_it_is_news(
    say: Say, messages: Messages, clock: SimpleNamespace
) -> None:
    fast = say("from a fast clock", identifier(1, clock.now + 55 * SECOND))
    clock.now += 10 * SECOND
    right = say("URGENT", identifier(2, clock.now))

    assert right["data"]["sortKey"] > fast["data"]["sortKey"]


def test_thirty_repetitions_are_one_message_and_at_most_one_more_publish(
    say: Say, messages: Messages, clock: SimpleNamespace, inbox: str
) -> None:
    replies: list[dict[str, Any]] = []
    for _ in range(30):
        clock.now += 100
        replies.append(say("Hello", identifier(1, NOW)))

    assert all(reply == replies[0] for reply in replies)
    assert history(messages) == ["Hello"]
    assert published(inbox) <= 2


@pytest.mark.parametrize(
    "client_message_id",
    [
        "7f5b0a2e-0000-4000-8000-000000000000",
        "7F5B0A2E-0000-4000-8000-00000000000A",
        "017f22e2-79b0-1cc3-98c4-dc0c0c07398f",
    ],
)
def test_a_client_id_of_any_version_deduplicates(
    say: Say, messages: Messages, clock: SimpleNamespace, client_message_id: str
) -> None:
    first = say("Hello", client_message_id)
    again = say("Hello", client_message_id.swapcase())

    assert first == again
    assert first["data"]["clientMessageId"] == client_message_id.lower()
    assert history(messages) == ["Hello"]


def test_a_token_dated_a_moment_ahead_is_good(say: Say) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=30)

    assert say("Hello", token=token(iat=ahead, nbf=ahead))["type"] == "newMessage"


@pytest.mark.parametrize("text", ["\ud800", "a \udc00 b", "\ufffe", "\uffff", "nul \x00", "bell \x07 inside"])
def test_text_that_a_queue_refuses_is_refused_at_the_border(say: Say, messages: Messages, text: str) -> None:
    reply = say(text)

    assert (reply["requestId"], reply["data"]["code"]) == ("r1", "INVALID_CONTENT")
    assert history(messages) == []


def test_a_flood_of_one_user_is_told_to_wait(say: Say, messages: Messages, clock: SimpleNamespace) -> None:
    replies = []
    for number in range(60):
        clock.now += 10
        replies.append(say(f"line {number}", identifier(number)))

    refused = [reply["data"] for reply in replies if reply["type"] == "error"]
    assert {each["code"] for each in refused} == {"RATE_LIMITED"}
    clock.now += refused[-1]["retryAfterMs"]
    assert say("once more", identifier(99))["type"] == "newMessage"


@pytest.mark.parametrize(
    ("signed_out", "code"), [(-1, None), (0, "UNAUTHENTICATED"), (60, "UNAUTHENTICATED")]
)
def test_a_token_that_was_revoked_says_nothing_more(
    say: Say, dynamodb: "DynamoDBClient", signed_out: int, code: str | None
) -> None:
    issued = datetime.now(UTC)
    Users(dynamodb, "users").sign_out("a11ce", int(issued.timestamp()) + signed_out)

    reply = say("Hello", token=token(iat=issued))

    assert reply["data"].get("code") == code


def test_who_is_banned_says_nothing_more(say: Say, dynamodb: "DynamoDBClient", messages: Messages) -> None:
    Users(dynamodb, "users").ban("a11ce")

    assert say("Hello")["data"]["code"] == "BANNED"
    assert history(messages) == []
