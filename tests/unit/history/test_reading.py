import pytest

from services.history.reading import read
from shared.protocol.frames import GetMessages
from shared.protocol.message import Message
from shared.protocol.refusals import Forbidden
from shared.stores.messages import Messages
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, BOB, message


@pytest.fixture
def said(sends: Sends) -> list[Message]:
    """What Alice said in two rooms."""
    messages = [message(1), message(2, room="kitchen")]
    for each in messages:
        sends.put_once(each)
    return messages


def test_a_room_is_read_by_anyone(messages: Messages, said: list[Message]) -> None:
    assert read(GetMessages(), BOB, messages=messages).messages == said[:1]


def test_one_reads_ones_own_messages_of_all_rooms(messages: Messages, said: list[Message]) -> None:
    assert read(GetMessages(user_id=ALICE.user_id), ALICE, messages=messages).messages == said


def test_nobody_reads_the_messages_of_someone_else_by_user(messages: Messages) -> None:
    with pytest.raises(Forbidden):
        read(GetMessages(user_id=ALICE.user_id), BOB, messages=messages)
