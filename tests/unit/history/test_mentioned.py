"""One reads what mentions one, newest first, as it is now, and where one may."""

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from services.history.mentioned import MENTIONS_PAGE, MentionPage, mentions_of
from shared.protocol.frames import ListMentions
from shared.protocol.message import Message
from shared.rooms import private_room_id
from shared.stores.changes import update_of
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.unit.examples import BOB, NOW, change_of, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PRIVATE = private_room_id(bytes(16))


class Reader:
    """Bob, who reads what mentions him."""

    def __init__(
        self, sends: Sends, mentioned: Mentioned, messages: Messages, memberships: Memberships
    ) -> None:
        self._sends = sends
        self._mentioned = mentioned
        self._messages = messages
        self._memberships = memberships

    def is_mentioned_by(self, said: Message, handle: str = "bob", added_at: int = 0) -> Message:
        self._sends.put_once(said)
        self._mentioned.write([Mention(BOB.user_id, said.room_id, said.sort_key, handle, added_at)], [])
        return said

    def reads(self, cursor: str | None = None) -> MentionPage:
        return mentions_of(
            ListMentions(cursor=cursor),
            BOB,
            mentioned=self._mentioned,
            messages=self._messages,
            memberships=self._memberships,
            now=NOW,
        )


@pytest.fixture
def bob(dynamodb: "DynamoDBClient", sends: Sends, messages: Messages, memberships: Memberships) -> Reader:
    return Reader(sends, Mentioned(dynamodb, "users"), messages, memberships)


def test_the_newest_comes_first_over_rooms_and_pages(bob: Reader) -> None:
    said = [
        bob.is_mentioned_by(message(number, room=f"room-{number % 3}", content="hi @bob"))
        for number in range(MENTIONS_PAGE + 3)
    ]
    newest_first = said[::-1]

    first = bob.reads()
    second = bob.reads(first.next_cursor)

    assert first == MentionPage(newest_first[:MENTIONS_PAGE], newest_first[MENTIONS_PAGE - 1].sort_key, {})
    assert second == MentionPage(newest_first[MENTIONS_PAGE:], None, {})


def test_long_messages_make_a_short_page(bob: Reader) -> None:
    said = [bob.is_mentioned_by(message(number, content="@bob " + "\u20ac" * 3_900)) for number in range(6)]

    first = bob.reads()

    assert 1 <= len(first.messages) < 6
    assert bob.reads(first.next_cursor).messages[0] == said[::-1][len(first.messages)]


def test_it_says_when_an_edit_added_a_mention(bob: Reader) -> None:
    bob.is_mentioned_by(message(1, content="@bob"))
    edited = bob.is_mentioned_by(message(2, content="@bob"), added_at=NOW)
    bob.is_mentioned_by(message(3, content="not any more"), added_at=NOW)

    assert bob.reads().added == {edited.sort_key: NOW}


def test_what_is_deleted_or_says_something_else_by_now_is_left_out(bob: Reader, sends: Sends) -> None:
    gone, edited, kept = (bob.is_mentioned_by(message(number, content="@bob")) for number in (1, 2, 3))
    for change in (
        change_of(gone, "deletion", number=11),
        change_of(edited, "edit", number=12, content="no"),
    ):
        also = update_of(change, "messages", author=change.user_id, edit_window_ms=60_000)
        sends.put_once(change, also=[also])

    assert bob.reads().messages == [kept]


@pytest.mark.parametrize("meant", [True, None])
def test_here_is_shown_where_it_counts(bob: Reader, *, meant: bool | None) -> None:
    said = message(1, content="@here").model_copy(update={"mentions_here": meant})
    bob.is_mentioned_by(said, "here")

    assert bob.reads().messages == ([said] if meant else [])


def test_a_room_that_one_was_removed_or_banned_from_shows_nothing(
    bob: Reader, memberships: Memberships
) -> None:
    for room, number in ((PRIVATE, 1), ("kitchen", 2)):
        memberships.join(Membership("a11ce", room, "Alice", "member", NOW))
        memberships.join(Membership(BOB.user_id, room, "Bob", "member", NOW))
        bob.is_mentioned_by(message(number, room=room, content="@bob"))
    assert len(bob.reads().messages) == 2

    memberships.leave(BOB.user_id, PRIVATE, NOW)
    memberships.ban(BOB.user_id, "kitchen", NOW + 60_000, NOW)

    assert bob.reads() == MentionPage([], None, {})


def test_the_frame_is_answered_by_the_page(inbox: str, bob: Reader) -> None:
    from services.history.handlers.get_messages import build
    from tests.unit.ingest.test_send_message import CONTEXT, sent
    from tests.unit.tokens import token

    said = bob.is_mentioned_by(message(1, at=int(time.time() * 1000), content="hi @bob"))
    frame = {"action": "listMentions", "requestId": "r1", "token": token(sub=BOB.user_id), "data": {}}

    answer = json.loads(build(os.environ)(sent(**frame), CONTEXT)["body"])

    shown = said.model_dump(by_alias=True)
    assert answer == {
        "type": "mentions",
        "requestId": "r1",
        "data": {"messages": [shown], "nextCursor": None, "added": {}},
    }
