import pytest

from services.history.reading import read
from shared.protocol.frames import GetMessages
from shared.protocol.refusals import Forbidden
from shared.stores.messages import Messages
from tests.unit.examples import ALICE, BOB, message


def test_a_room_is_read_by_anyone(messages: Messages) -> None:
    said = messages.put_once(message(1))

    assert read(GetMessages(), BOB, messages=messages).messages == [said]


def test_one_reads_ones_own_messages_of_all_rooms(messages: Messages) -> None:
    said = [messages.put_once(message(1)), messages.put_once(message(2, room="kitchen"))]

    assert read(GetMessages(user_id=ALICE.user_id), ALICE, messages=messages).messages == said


def test_nobody_reads_the_messages_of_someone_else_by_user(messages: Messages) -> None:
    with pytest.raises(Forbidden):
        read(GetMessages(user_id=ALICE.user_id), BOB, messages=messages)
