from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from services.ingest.republishing import REPUBLISH_EVERY_MS
from services.ingest.sending import send
from shared.auth.identity import Identity
from shared.protocol.frames import SendMessage
from shared.protocol.message import Message
from shared.protocol.refusals import (
    ContentTooLong,
    InvalidContent,
    InvalidFrame,
    RateLimited,
    Unavailable,
)
from shared.rooms import Role
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages, Span
from shared.stores.old_entries import OldEntries
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, BOB, NOW, identifier

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

HELLO = SendMessage(content="Hello", client_message_id=identifier(1))


class Sender:
    """Sends frames by the rule; `published` is what was asked to be delivered, `broken` makes that fail."""

    def __init__(self, sends: Sends, messages: Messages) -> None:
        self._sends = sends
        self._messages = messages
        self.published: list[Message] = []
        self.broken = False

    def send(self, frame: SendMessage, *, sender: Identity = ALICE, now: int = NOW) -> Message:
        return send(
            frame,
            sender,
            sends=self._sends,
            messages=self._messages,
            publish=self._publish,
            now=now,
            random_bytes=now.to_bytes(10, "big"),
        )

    def history(self, room: str = "global") -> list[Message]:
        return self._messages.of_room(room, Span(100)).messages

    def _publish(self, message: Message) -> None:
        if self.broken:
            raise Unavailable("no topic")
        self.published.append(message)


@pytest.fixture
def chat(sends: Sends, messages: Messages) -> Sender:
    return Sender(sends, messages)


def test_a_message_is_stored_and_then_published(chat: Sender) -> None:
    message = chat.send(SendMessage(content=" Hello "))

    assert (message.content, message.user_id, message.username) == ("Hello", "a11ce", "Alice")
    assert message.created_at == NOW
    assert message.sort_key == f"{NOW}#{message.message_id}"
    assert chat.history() == chat.published == [message]


def test_the_row_keeps_how_the_authors_client_names_it(chat: Sender) -> None:
    chat.send(HELLO)

    assert [each.client_message_id for each in chat.history()] == [str(identifier(1))]


def test_a_send_without_a_client_id_is_never_taken_for_a_repetition(chat: Sender) -> None:
    for now in (NOW, NOW + 1):
        chat.send(SendMessage(content="Hello"), now=now)

    assert len(chat.history()) == len(chat.published) == 2


def test_a_repeated_send_is_stored_once_and_answered_the_same(chat: Sender) -> None:
    first = chat.send(HELLO)
    again = chat.send(HELLO, now=NOW + 2_000)

    assert first == again
    assert chat.history() == [first]
    assert chat.published == [first, first]


def test_a_repetition_after_a_change_of_name_is_answered_the_same(chat: Sender) -> None:
    first = chat.send(HELLO)

    assert chat.send(HELLO, sender=replace(ALICE, username="Alicia"), now=NOW + 1) == first


@pytest.mark.parametrize(
    "other",
    [
        SendMessage(content="Something else", client_message_id=identifier(1)),
        SendMessage(content="Hello", room_id="kitchen", client_message_id=identifier(1)),
    ],
)
def test_an_id_stands_for_what_it_was_used_for_first(chat: Sender, other: SendMessage) -> None:
    first = chat.send(HELLO)

    assert chat.send(other, now=NOW + 1) == first
    assert chat.history() == [first]
    assert chat.history("kitchen") == []


def test_an_id_of_what_its_room_keeps_no_longer_is_good_for_nothing_else(
    chat: Sender, dynamodb: "DynamoDBClient"
) -> None:
    first = chat.send(HELLO)
    OldEntries(dynamodb, "messages", "rooms").remove("global", [first.sort_key])

    with pytest.raises(InvalidFrame, match="clientMessageId"):
        chat.send(HELLO.model_copy(update={"content": "Something else"}), now=NOW + 1)


def test_two_users_may_choose_the_same_id(chat: Sender) -> None:
    chat.send(HELLO)
    chat.send(HELLO, sender=BOB, now=NOW + 1)

    assert [each.user_id for each in chat.history()] == [ALICE.user_id, BOB.user_id]


def test_repetitions_publish_again_once(chat: Sender) -> None:
    first = chat.send(HELLO)
    later = [NOW + 10, NOW + 20, NOW + REPUBLISH_EVERY_MS, NOW + 10 + REPUBLISH_EVERY_MS]

    assert [chat.send(HELLO, now=now) for now in later] == [first] * 4
    assert chat.published == [first] * 2  # itself, and at the first of them


def test_nothing_is_acknowledged_that_was_never_published(chat: Sender) -> None:
    chat.broken = True
    with pytest.raises(Unavailable):
        chat.send(HELLO)
    with pytest.raises(Unavailable):
        chat.send(HELLO, now=NOW + 100)

    chat.broken = False
    with pytest.raises(RateLimited) as refusal:  # for all it knows the repetition before may still publish
        chat.send(HELLO, now=NOW + 1_000)
    assert refusal.value.retry_after_ms == REPUBLISH_EVERY_MS - 900

    stored = chat.send(HELLO, now=NOW + 1_000 + REPUBLISH_EVERY_MS - 900)
    assert chat.history() == chat.published == [stored]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [("", InvalidContent), (" ", InvalidContent), ("x\x00y", InvalidContent), ("x" * 4001, ContentTooLong)],
)
def test_what_is_no_message_is_neither_stored_nor_published(
    chat: Sender, content: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        chat.send(SendMessage(content=content))
    assert chat.published == chat.history() == []


LOOK = SendMessage(content="@here look", client_message_id=identifier(1), mentions_here=True)


@pytest.mark.parametrize(
    ("role", "counts"), [("moderator", True), ("owner", True), ("member", None), ("none", None)]
)
def test_here_addresses_everybody_where_its_author_may(
    calls: list[str], chat: Sender, memberships: Memberships, role: Role, counts: bool | None
) -> None:
    memberships.join(Membership(ALICE.user_id, "global", "Alice", role, NOW))
    calls.clear()

    sent = chat.send(LOOK)

    assert calls == ["TransactWriteItems"] * (1 if counts else 2)
    assert sent.mentions_here is counts
    assert chat.history() == chat.published == [sent]
    assert chat.send(LOOK, now=NOW + 60_000) == sent


@pytest.mark.parametrize(
    "frame",
    [SendMessage(content="@here look"), SendMessage(content="no `@here`", mentions_here=True)],
    ids=["not asked for", "not in the text"],
)
def test_here_is_a_word_unless_it_is_there_and_meant(
    chat: Sender, memberships: Memberships, frame: SendMessage
) -> None:
    memberships.join(Membership(ALICE.user_id, "global", "Alice", "owner", NOW))

    assert chat.send(frame).mentions_here is None
