"""A member against a server that the test scripts: what it books, ignores, repeats and owns up to."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import gevent
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from tests.load import member as member_module
from tests.load.accounting import DeliveryLog, Sent
from tests.load.measures import Measures
from tests.load.member import Member
from tests.load.roles import Role
from tests.load.scenario import Scenario, Thresholds
from tests.load.swarm_world import World
from tests.load.targets import Target
from tests.load.tokens import Tokens

PATIENCE_SECONDS = 60.0
ROOM = "swarm-test-0"
Frame = dict[str, Any]
Answer = Callable[[Frame], "list[Frame | str]"]


def message(number: int, sender: str = "other", room: str = ROOM) -> Frame:
    return {
        "roomId": room,
        "messageId": f"m{number}",
        "sortKey": f"{number:013d}#m{number}",
        "content": Sent(sender, number, time.time()).content(60),
        "createdAt": number,
    }


def history(frame: Frame) -> "list[Frame | str]":
    return [
        {"type": "messageHistory", "requestId": frame["requestId"], "data": [], "nextCursor": None},
    ]


@dataclass
class Script:
    """What the server says: `greeting` on opening, then what `answer` gives. Keeps what it was told."""

    answer: Answer = history
    greeting: "list[Frame | str]" = field(default_factory=list)
    told: list[Frame] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        try:
            for said in self.greeting:
                self._say(socket, said)
            for text in socket:
                self.told.append(json.loads(text))
                for said in self.answer(self.told[-1]):
                    self._say(socket, said)
        except ConnectionClosed:
            pass

    def _say(self, socket: ServerConnection, said: "Frame | str") -> None:
        socket.send(said if isinstance(said, str) else json.dumps(said))


def _first_offered(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return offered[0] if offered else None


@contextmanager
def serving(script: Script) -> Iterator[str]:
    server: Server
    with serve(script.handle, "127.0.0.1", 0, select_subprotocol=_first_offered) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/local"
        server.shutdown()
        thread.join()


def world_of(url: str) -> World:
    scenario = Scenario.model_validate(
        {
            "description": "d",
            "stages": [{"name": "hold", "seconds": 60, "connections": 1}],
            "thresholds": dict.fromkeys(Thresholds.model_fields, 1),
        }
    )
    now = time.time()
    return World(
        scenario=scenario,
        target=Target(url),
        tokens=None,
        delivery_log=DeliveryLog(),
        measures=Measures(),
        started_at=now,
        sending_begins_at=now,
        sending_ends_at=now + 60,
    )


@contextmanager
def living(
    url: str,
    *,
    v1: bool = False,
    slow: bool = False,
    sends_every: float | None = None,
    seconds: float = 60,
    tokens: Tokens | None = None,
) -> Iterator[tuple[Member, World]]:
    world = world_of(url)
    world.tokens = tokens
    world.sending_ends_at = world.started_at + seconds
    role = Role("me", ROOM, v1=v1, slow=slow, sends_every=sends_every, offset=0.0)
    member = Member(role, 0, world, lambda *_: None)
    life = gevent.spawn(member.live)
    try:
        yield member, world
    finally:
        life.kill()


def until(condition: Callable[[], object]) -> None:
    with gevent.Timeout(PATIENCE_SECONDS):
        while not condition():
            gevent.sleep(0.01)


def test_frames_that_v2_may_add_are_ignored_and_counted() -> None:
    new_frames: list[Frame | str] = [
        {"type": "presence", "data": {"roomId": ROOM, "changes": []}},
        {"type": "typing", "data": {"roomId": ROOM, "users": []}},
        {"type": "newMessage", "data": message(1)},
    ]
    with serving(Script(greeting=new_frames)) as url, living(url) as (_, world):
        until(lambda: world.measures.counts["delivered"])

        assert world.measures.counts["ignored.presence"] == 1
        assert world.measures.counts["ignored.typing"] == 1
        assert world.measures.counts["errors"] == 0


def test_a_slow_reader_reads_on_once_all_is_said() -> None:
    many: list[Frame | str] = [{"type": "presence", "data": {"roomId": ROOM, "changes": []}}] * 100
    with serving(Script(greeting=many)) as url, living(url, slow=True, seconds=0) as (_, world):
        until(lambda: world.measures.counts["ignored.presence"] == len(many))

        assert world.scenario.behaviour.slow_seconds * len(many) > PATIENCE_SECONDS


class RenewedTokens(Tokens):
    """Tokens of which the current one is `current`."""

    def __init__(self) -> None:
        self.current = "first"

    def of(self, member: int) -> str:
        return self.current


def test_a_newer_token_is_shown_once_on_the_open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "SHOW_TOKEN_SECONDS", 0.02)
    script, tokens = Script(), RenewedTokens()
    with serving(script) as url, living(url, tokens=tokens):
        until(lambda: script.told)
        tokens.current = "second"
        until(lambda: [frame for frame in script.told if frame["action"] == "authenticate"])
        gevent.sleep(0.1)

        shown = [frame["token"] for frame in script.told if frame["action"] == "authenticate"]
        assert shown == ["second"]
        assert len(script.paths) == 1


def test_v1_has_no_frame_for_a_newer_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "SHOW_TOKEN_SECONDS", 0.02)
    script, tokens = Script(), RenewedTokens()
    with serving(script) as url, living(url, v1=True, tokens=tokens):
        until(lambda: script.paths)
        tokens.current = "second"
        gevent.sleep(0.1)

        assert script.told == []


def test_a_frame_that_v1_does_not_know_is_an_error() -> None:
    frames: list[Frame | str] = [{"type": "presence", "data": {}}]
    with serving(Script(greeting=frames)) as url, living(url, v1=True) as (_, world):
        until(lambda: world.measures.counts["errors"])

        assert world.measures.counts["error.a frame that protocol v1 does not know"] == 1


def test_api_gateways_own_error_is_counted_by_its_text() -> None:
    frames: list[Frame | str] = [{"message": "Internal server error", "connectionId": "c", "requestId": "r"}]
    with serving(Script(greeting=frames)) as url, living(url) as (_, world):
        until(lambda: world.measures.counts["errors"])

        assert world.measures.counts["error.gateway: Internal server error"] == 1


def test_a_coalesced_frame_is_as_many_deliveries_and_an_empty_one_none() -> None:
    frames: list[Frame | str] = ["", {"type": "newMessages", "data": [message(1), message(2), message(1)]}]
    with serving(Script(greeting=frames)) as url, living(url) as (_, world):
        until(lambda: world.measures.counts["delivered"] == 2)

        assert world.measures.counts["silences"] == 1
        assert world.delivery_log.close({}).duplicates == 1


def echo(frame: Frame) -> "list[Frame | str]":
    if frame["action"] != "sendMessage":
        return history(frame)
    said = {**message(1, "me"), "messageId": "stored", "content": frame["data"]["content"]}
    return [{"type": "newMessage", "requestId": frame["requestId"], "data": said}]


def test_the_echo_acknowledges_a_message_once() -> None:
    script = Script(lambda frame: echo(frame) * 2)
    with serving(script) as url, living(url, sends_every=100.0) as (_, world):
        until(lambda: world.measures.counts["acknowledged"])

        assert (world.measures.counts["sent"], world.measures.counts["acknowledged"]) == (1, 1)
        assert world.delivery_log.close({}).acknowledged == 1


def test_a_message_that_sorts_before_what_its_sender_had_been_answered_is_against_the_order() -> None:
    keys = iter([f"{number:013d}#m{number}" for number in (2, 1)])

    def answer(frame: Frame) -> "list[Frame | str]":
        if frame["action"] != "sendMessage":
            return history(frame)
        key = next(keys)
        said = {**message(1, "me"), "messageId": key, "sortKey": key, "content": frame["data"]["content"]}
        return [{"type": "newMessage", "requestId": frame["requestId"], "data": said}]

    with serving(Script(answer)) as url, living(url, sends_every=0.6, seconds=1) as (_, world):
        until(lambda: world.measures.counts["acknowledged"] == 2)

        assert world.delivery_log.close({}).out_of_order_after_merge == 1


def test_a_member_owes_an_answer_until_its_last_message_is_acknowledged() -> None:
    with serving(Script(echo)) as url, living(url, sends_every=0.6, seconds=1) as (member, world):
        until(lambda: world.measures.counts["acknowledged"] == 1)
        assert member.unanswered == 1  # the second is still to come

        until(lambda: not member.unanswered)
        assert world.measures.counts["acknowledged"] == 2


def test_a_sender_that_never_gets_in_owes_nothing_once_sending_is_over() -> None:
    with living("ws://127.0.0.1:1/local", sends_every=1.0, seconds=0.2) as (member, _):
        until(lambda: not member.unanswered)


def test_a_send_without_an_answer_is_repeated_with_the_same_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "REPEAT_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(member_module, "RETRY_SECONDS", 0.1)
    sends: list[Frame] = []

    def answer(frame: Frame) -> "list[Frame | str]":
        if frame["action"] != "sendMessage":
            return history(frame)
        sends.append(frame)
        return echo(frame) if len(sends) == 2 else []

    with serving(Script(answer)) as url, living(url, sends_every=100.0) as (_, world):
        until(lambda: world.measures.counts["acknowledged"])

    assert sends[0]["data"] == sends[1]["data"]
    assert world.measures.counts["repeated"] == 1


REFUSED: Frame = {"message": "Internal server error", "connectionId": "c", "requestId": "the gateway's own"}
LIMITED: Frame = {"type": "error", "data": {"code": "RATE_LIMITED", "message": "m", "retryAfterMs": 1}}


@pytest.mark.parametrize("refusal", [REFUSED, LIMITED])
def test_a_send_that_is_refused_for_a_while_is_repeated_sooner(
    refusal: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_module, "REPEAT_AFTER_SECONDS", 10 * PATIENCE_SECONDS)
    monkeypatch.setattr(member_module, "RETRY_SECONDS", 0.05)
    sends: list[Frame] = []

    def answer(frame: Frame) -> "list[Frame | str]":
        if frame["action"] != "sendMessage":
            return history(frame)
        sends.append(frame)
        return echo(frame) if len(sends) == 3 else [{"requestId": frame["requestId"], **refusal}]

    with serving(Script(answer)) as url, living(url, sends_every=100.0) as (_, world):
        until(lambda: world.measures.counts["acknowledged"])

    assert sends[0]["data"] == sends[2]["data"]
    assert world.measures.counts["errors"] == world.measures.counts["repeated"] == 2


def test_of_one_room_messages_are_sent_one_after_the_other() -> None:
    sent, due = list[Frame](), threading.Event()

    def answer(frame: Frame) -> "list[Frame | str]":
        if frame["action"] != "sendMessage":
            return history(frame)
        sent.append(frame)
        due.wait(PATIENCE_SECONDS)
        return echo(frame)

    with serving(Script(answer)) as url, living(url, sends_every=0.05, seconds=60) as (member, world):
        until(lambda: member.unanswered > 3)
        assert len(sent) == 1
        due.set()
        until(lambda: world.measures.counts["acknowledged"] > 3)

    assert [frame["requestId"] for frame in sent[:3]] == ["send-0", "send-1", "send-2"]


def test_a_v1_sender_has_its_own_message_however_late_the_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "REPEAT_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(member_module, "RETRY_SECONDS", 0.1)
    given_up = threading.Event()

    def late(frame: Frame) -> "list[Frame | str]":
        given_up.wait(PATIENCE_SECONDS)
        said = {**message(1, "me"), "content": frame["data"]["content"]}
        return [{"type": "newMessage", "data": said}]

    with serving(Script(answer=late)) as url, living(url, v1=True, sends_every=100.0) as (_, world):
        until(lambda: world.measures.counts["unacknowledged_v1"])
        given_up.set()
        until(lambda: world.delivery_log.members["me"].copies)

        assert world.measures.counts["acknowledged"] == 0
        assert world.delivery_log.holes() == 0


def test_a_v1_sender_never_says_a_thing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "REPEAT_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(member_module, "RETRY_SECONDS", 0.1)
    script = Script(lambda _: [])
    with serving(script) as url, living(url, v1=True, sends_every=100.0) as (_, world):
        until(lambda: world.measures.counts["unacknowledged_v1"])

    assert [frame["action"] for frame in script.told] == ["sendMessage"]
    assert "requestId" not in script.told[0]


def test_a_member_that_is_cut_off_comes_back_and_reads_what_it_missed() -> None:
    reads: list[Frame] = []

    def answer(frame: Frame) -> "list[Frame | str]":
        reads.append(frame)
        page = [message(7)] if len(reads) > 1 else []
        return [{"type": "messageHistory", "requestId": frame["requestId"], "data": page, "nextCursor": None}]

    with serving(Script(answer)) as url, living(url) as (member, world):
        until(lambda: reads)
        member.drop(abruptly=True)
        until(lambda: world.delivery_log.members["me"].copies)

        assert world.measures.counts["handshakes"] == 2
        assert world.measures.counts["dropped"] == 1
        assert world.measures.counts["delivered"] == 0  # read, not delivered


def test_what_a_newcomer_was_not_pushed_is_found_by_a_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "SECOND_LOOK_SECONDS", (0.1, 0.1))
    pages: list[list[Frame]] = [[], [message(1)]]

    def answer(frame: Frame) -> "list[Frame | str]":
        page = pages.pop(0) if pages else []
        return [{"type": "messageHistory", "requestId": frame["requestId"], "data": page, "nextCursor": None}]

    with serving(Script(answer)) as url, living(url) as (_, world):
        until(lambda: "me" in world.delivery_log.members and world.delivery_log.members["me"].copies)


def test_v1_takes_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "SECOND_LOOK_SECONDS", (0.0, 0.0))
    script = Script(greeting=[{"type": "newMessage", "data": message(1)}])

    with serving(script) as url, living(url, v1=True) as (_, world):
        until(lambda: world.measures.counts["delivered"])
        gevent.sleep(0.1)

    assert script.told == []


def test_a_page_that_goes_on_is_read_to_its_end() -> None:
    cursors: list[str] = []

    def answer(frame: Frame) -> "list[Frame | str]":
        cursors.append(frame["data"]["after"])
        last = len(cursors) == 2
        page = {"data": [message(len(cursors))], "nextCursor": None if last else "0000000000001#m1"}
        return [{"type": "messageHistory", "requestId": frame["requestId"], **page}]

    with serving(Script(answer)) as url, living(url) as (_, world):
        until(lambda: world.measures.counts["history_pages"] == 2)

    assert cursors[1] == "0000000000001#m1"


def test_a_refused_handshake_is_an_error_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_module, "RETRY_SECONDS", 0.05)
    with living("ws://127.0.0.1:1/local") as (_, world):
        until(lambda: world.measures.counts["error.handshake 0"] > 1)
        assert world.open == 0


def test_in_mock_mode_the_query_says_who_and_where() -> None:
    script = Script()
    with serving(script) as url, living(url):
        until(lambda: script.paths)
    assert script.paths == [f"/local?roomId={ROOM}&userId=me&username=me"]
