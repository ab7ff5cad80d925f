"""The final check: every page is read, anew if it must be, and what cannot be read whole is no proof."""

from typing import Any

import pytest

from tests.load import history as history_module
from tests.load.accounting import Sent
from tests.load.history import HistoryUnreadable, read_histories
from tests.load.targets import Target
from tests.unit.load.test_member import ROOM, Frame, Script, message, serving


def page(frame: Frame, messages: list[Frame], following: str | None) -> "list[Frame | str]":
    pushed: Frame = {"type": "newMessage", "data": message(99)}  # of others, in between
    reply = {"type": "messageHistory", "requestId": frame["requestId"], "data": messages}
    return [pushed, "", {**reply, "nextCursor": following}]


def read(url: str, *, v1: bool = False) -> Any:
    return read_histories(Target(url), None, [ROOM], 1_000_000.0, v1=v1)[ROOM]


def test_all_pages_are_read_from_before_the_start_on() -> None:
    script = Script()
    script.answer = lambda frame: (
        page(frame, [message(1), message(2)], "next")
        if len(script.told) == 1
        else page(frame, [message(3)], None)
    )
    with serving(script) as url:
        found = read(url)

    assert [stored.message_id for stored in found] == ["m1", "m2", "m3"]
    assert found[0].sent == Sent("other", 1, found[0].sent.due_at)
    assert [frame["data"]["after"] for frame in script.told] == ["0000999880000#", "next"]


def test_what_others_have_said_in_the_room_is_left_out() -> None:
    stranger = {**message(1), "content": "Hello"}
    with serving(Script(lambda frame: page(frame, [stranger, message(2)], None))) as url:
        assert [stored.message_id for stored in read(url)] == ["m2"]


def test_a_refusal_is_tried_again() -> None:
    script = Script()
    refusal: Frame = {"type": "error", "data": {"code": "RATE_LIMITED", "message": "wait"}}
    script.answer = lambda frame: (
        [{**refusal, "requestId": frame["requestId"]}]
        if len(script.told) == 1
        else page(frame, [message(1)], None)
    )
    with serving(script) as url:
        assert len(read(url)) == 1


def test_a_history_that_stays_unreadable_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "ATTEMPTS", 1)
    with pytest.raises(HistoryUnreadable, match=ROOM):
        read("ws://127.0.0.1:1/local")


def test_v1_is_read_by_its_own_frames() -> None:
    script = Script(lambda _: [{"type": "messageHistory", "data": [message(1)]}])
    with serving(script) as url:
        assert [stored.message_id for stored in read(url, v1=True)] == ["m1"]
    assert script.told == [{"action": "getMessages", "data": {"roomId": ROOM, "limit": 100}}]


def test_a_full_page_of_v1_may_not_be_all_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "ATTEMPTS", 1)
    full = [message(number) for number in range(100)]
    script = Script(lambda _: [{"type": "messageHistory", "data": full}])
    with serving(script) as url, pytest.raises(HistoryUnreadable, match="newest 100"):
        read(url, v1=True)
