"""What is published a second time is what there is by now, and only by those who may still say it."""

from typing import TYPE_CHECKING

import pytest

from services.ingest.republishing import as_it_is_now
from services.ingest.sending import send
from shared.protocol.frames import SendMessage
from shared.protocol.message import Message
from shared.protocol.refusals import RateLimited
from shared.rate import Bucket
from shared.stores.changes import update_of
from shared.stores.memberships import Memberships
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from shared.stores.users import Users
from tests.unit.examples import ALICE, NOW, change_of, identifier, message, notice

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

LATER = NOW + 60_000
SECRET = SendMessage(content="a secret", client_message_id=identifier(1))


class Chat:
    """Alice sends; `published` is what the room was told."""

    def __init__(self, sends: Sends, messages: Messages) -> None:
        self.sends, self.messages = sends, messages
        self.published: list[Message] = []

    def say(self, frame: SendMessage = SECRET, now: int = NOW) -> Message:
        return send(
            frame,
            ALICE,
            sends=self.sends,
            messages=self.messages,
            publish=self.published.append,
            now=now,
            random_bytes=now.to_bytes(10, "big"),
        )

    def delete(self, said: Message) -> None:
        deletion = change_of(said, "deletion", number=1_000)
        update = update_of(deletion, "messages", author=ALICE.user_id, edit_window_ms=LATER)
        assert self.sends.put_once(deletion, also=[update]) is None


@pytest.fixture
def users(dynamodb: "DynamoDBClient") -> Users:
    return Users(dynamodb, "users")


@pytest.fixture
def chat(sends: Sends, messages: Messages) -> Chat:
    return Chat(sends, messages)


def test_a_repetition_does_not_bring_back_what_was_deleted(chat: Chat) -> None:
    said = chat.say()
    chat.delete(said)
    chat.published.clear()

    assert chat.say(now=LATER).sort_key == said.sort_key
    assert chat.published == []


def test_of_many_repetitions_one_is_told_to_the_room(chat: Chat) -> None:
    said = chat.say()

    for minute in range(1, 5):
        assert chat.say(now=NOW + minute * 60_000) == said
    assert chat.published == [said] * 2


def test_who_may_not_write_any_more_is_answered_but_not_heard(
    chat: Chat, memberships: Memberships, users: Users
) -> None:
    said = chat.say()
    muted = chat.say(SendMessage(content="later", client_message_id=identifier(2)), now=NOW + 1)
    memberships.ban(ALICE.user_id, "global", LATER * 2, NOW)

    assert chat.say(now=LATER) == said

    memberships.unban(ALICE.user_id, "global", LATER)
    users.ban(ALICE.user_id)
    assert chat.say(SendMessage(content="later", client_message_id=identifier(2)), now=LATER) == muted
    assert chat.published == [said, muted]


def test_repetitions_have_a_limit_of_their_own(chat: Chat) -> None:
    chat.sends = Sends(chat.sends._client, "messages", "users", "memberships", Bucket(3, 1_000))
    said = chat.say()
    again = [chat.say(now=NOW + 10) for _ in range(3)]

    with pytest.raises(RateLimited) as refusal:
        chat.say(now=NOW + 10)
    assert again == [said] * 3
    assert refusal.value.retry_after_ms == 1_000


def test_the_text_of_an_edit_is_that_which_the_message_has_now(sends: Sends, messages: Messages) -> None:
    sends.put_once(message(1, content="as it is now"))
    stored = change_of(message(1), "edit")  # its entry has no text

    assert as_it_is_now(stored, messages) == stored.model_copy(update={"content": "as it is now"})
    assert as_it_is_now(change_of(message(2), "edit"), messages) is None


def test_a_message_is_published_as_it_is_now_and_not_once_it_is_deleted(chat: Chat) -> None:
    said = chat.say()
    assert as_it_is_now(said.model_copy(update={"content": "as it was"}), chat.messages) == said

    chat.delete(said)
    assert as_it_is_now(said, chat.messages) is None


@pytest.mark.parametrize("entry", [change_of(message(1), "deletion"), notice(1)])
def test_what_needs_no_text_is_published_as_it_is(entry: Message, messages: Messages) -> None:
    assert as_it_is_now(entry, messages) is entry
