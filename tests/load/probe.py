"""Measures a place before a run: a handful of members, first alone on the idle system, then at its limit."""

import json
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import gevent
from gevent.event import AsyncResult

from shared.uuid7 import uuid7
from tests.load import chat
from tests.load.accounting import Sent
from tests.load.calibration import CALIBRATION_ROOM, SHORTEST_MS, Calibration, Capacity, IdleTimes
from tests.load.connection import Closed, Connection, Refused, open_connection
from tests.load.plan import tokens_for
from tests.load.targets import Target, handshake_of
from tests.load.tokens import SignInFailed, Tokens

HANDSHAKE_SECONDS = 2.0
MESSAGE_SECONDS = 3.0
IDLE_MESSAGES = 20
IDLE_PAUSE_SECONDS = 0.05
ROOMS = 3
SENDERS_A_ROOM = 4
HANDSHAKES_AT_ONCE = 12
PATIENCE_SECONDS = 30.0
CHARACTERS = 100
BEGINNING = "0000000000000#"  # before every sort key
# The system has come to rest when so many messages in a row take about the same time.
RESTING_MESSAGES = 4
RESTING_SPREAD = 1.5
REST_PATIENCE_SECONDS = 20.0


class PlaceUnusable(Exception):
    """The system could not be measured: it refuses connections, or does not answer."""


@dataclass(frozen=True, slots=True)
class _Place:
    target: Target
    tokens: Tokens | None
    run_id: str


class Caller:
    """A member of a room that notes when each message arrives, by its sender and number."""

    def __init__(self, place: _Place, room: str, number: int) -> None:
        self.name = f"probe-{number}"
        self.arrived: dict[str, float] = {}
        self._room = f"swarm-{place.run_id}-{room}"
        self._token = place.tokens.of(number) if place.tokens else None
        self._answers: dict[str, AsyncResult[Any]] = {}
        self._numbers = count()
        begin = time.monotonic()
        url, offered = handshake_of(place.target, self._room, self.name, self._token, v1=False)
        self._connection: Connection = open_connection(url, offered, PATIENCE_SECONDS)
        self.connect_seconds = time.monotonic() - begin
        self._reader = gevent.spawn(self._read)
        self.read_history()

    def read_history(self) -> None:
        """Ask for what the room's history holds and wait for it."""
        request_id = f"read-{next(self._numbers)}"
        self._ask(request_id, chat.get_messages(self._room, BEGINNING, request_id, self._token))

    def say(self) -> tuple[str, float]:
        """Send a message; return its content and when it was sent, once it is acknowledged."""
        sent = Sent(self.name, next(self._numbers), time.time())
        begin = time.monotonic()
        text = chat.send_message(sent, CHARACTERS, self._room, _message_id(), self._token)
        frame = self._ask(f"send-{sent.sequence}", text)
        if frame.get("type") == "error":
            raise PlaceUnusable(f"a message was answered with {frame['data']['code']}")
        self.arrived[sent.content(CHARACTERS)] = time.monotonic()
        return sent.content(CHARACTERS), begin

    def leave(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._reader.kill(block=False)

    def _ask(self, request_id: str, text: str) -> dict[str, Any]:
        answer: AsyncResult[Any] = AsyncResult()
        self._answers[request_id] = answer
        self._connection.send(text)
        told: dict[str, Any] = answer.get(timeout=PATIENCE_SECONDS)
        return told

    def _read(self) -> None:
        try:
            while True:
                frame = json.loads(self._connection.receive() or "{}")
                if awaited := self._answers.pop(str(frame.get("requestId")), None):
                    awaited.set(frame)
                elif frame.get("type") in {"newMessage", "newMessages"}:
                    data = frame["data"]
                    for message in data if isinstance(data, list) else [data]:
                        self.arrived[message["content"]] = time.monotonic()
        except Closed as closed:
            for awaited in self._answers.values():
                awaited.set_exception(closed)


def calibrate(target: Target, run_id: str, *, warm: bool, with_capacity: bool) -> Calibration:
    """Measure the place of the target; with its capacity it takes some fifteen seconds.

    Args:
        run_id: makes the rooms of this run its own.
        warm: whether its functions start before anything is measured. They do for the capacity.

    Raises:
        PlaceUnusable: see there.
    """
    place = _Place(target, tokens_for(target), run_id)
    try:
        with gevent.Timeout(4 * PATIENCE_SECONDS, PlaceUnusable("the system does not answer")):
            capacity = None
            if warm or with_capacity:
                _capacity(place, "warm")  # its functions start when they are first called
            if with_capacity:
                capacity = _capacity(place, "full")
            return Calibration(idle=_idle(place), capacity=capacity)
    except (Refused, Closed, SignInFailed, gevent.Timeout) as error:
        raise PlaceUnusable(f"the system could not be measured: {error}") from error


def _idle(place: _Place) -> IdleTimes:
    acknowledged, delivered = [], []
    with _callers(place, ["idle"] * CALIBRATION_ROOM) as callers:
        _come_to_rest(callers[0])
        connected = _connect_alone(place)
        for number in range(IDLE_MESSAGES):
            sender = callers[number % SENDERS_A_ROOM]
            content, begin = sender.say()
            acknowledged.append(sender.arrived[content] - begin)
            others = [caller for caller in callers if caller is not sender]
            _wait(lambda others=others, content=content: all(content in each.arrived for each in others))  # type: ignore[misc]  # defaults bind the loop's values
            delivered += [other.arrived[content] - begin for other in others]
            gevent.sleep(IDLE_PAUSE_SECONDS)
    return IdleTimes(
        connect_ms=_median_ms(connected),
        acknowledgement_ms=_median_ms(acknowledged),
        delivery_ms=_median_ms(delivered),
    )


def _come_to_rest(caller: Caller) -> None:
    """Return once what went before is worked off, such as the departures after the capacity was measured."""
    deadline, taken = time.monotonic() + REST_PATIENCE_SECONDS, []
    while time.monotonic() < deadline:
        _, begin = caller.say()
        taken.append(time.monotonic() - begin)
        latest = taken[-RESTING_MESSAGES:]
        if len(latest) == RESTING_MESSAGES and max(latest) <= RESTING_SPREAD * min(taken):
            return
        gevent.sleep(5 * IDLE_PAUSE_SECONDS)


def _connect_alone(place: _Place) -> list[float]:
    seconds = []
    for number in range(CALIBRATION_ROOM):
        caller = Caller(place, f"alone-{number}", number)
        seconds.append(caller.connect_seconds)
        caller.leave()
        gevent.sleep(IDLE_PAUSE_SECONDS)
    return seconds


def _capacity(place: _Place, room: str) -> Capacity:
    messages = _messages(place, room)
    return Capacity(messages=messages, handshakes=_handshakes(place, room))


def _handshakes(place: _Place, room: str) -> float:
    begin, done, numbers = time.monotonic(), 0, count(1000)

    def come_and_go() -> None:
        nonlocal done
        while time.monotonic() < begin + HANDSHAKE_SECONDS:
            number = next(numbers)
            Caller(place, f"{room}-{number % ROOMS}", number).leave()
            done += 1

    gevent.joinall([gevent.spawn(come_and_go) for _ in range(HANDSHAKES_AT_ONCE)], raise_error=True)
    return done / (time.monotonic() - begin)


def _messages(place: _Place, room: str) -> float:
    """Return the messages a second that came to all members, over those senders that wait for each answer."""
    names = [f"{room}-{number % ROOMS}" for number in range(ROOMS * CALIBRATION_ROOM)]
    with _callers(place, names) as callers:
        begin = time.monotonic()

        def talk(caller: Caller) -> None:
            while time.monotonic() < begin + MESSAGE_SECONDS:
                caller.say()

        senders = callers[: ROOMS * SENDERS_A_ROOM]
        gevent.joinall([gevent.spawn(talk, sender) for sender in senders], raise_error=True)
        said = len({content for caller in senders for content in caller.arrived})
        _wait(lambda: sum(len(caller.arrived) for caller in callers) >= said * CALIBRATION_ROOM)
        return said / (time.monotonic() - begin)


@contextmanager
def _callers(place: _Place, rooms: list[str]) -> Iterator[list[Caller]]:
    with ExitStack() as stack:
        callers = []
        for number, room in enumerate(rooms):
            callers.append(Caller(place, room, number))
            stack.callback(callers[-1].leave)
        yield callers


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise PlaceUnusable(f"a message did not reach all members within {PATIENCE_SECONDS:.0f} s")
        gevent.sleep(0.001)


def _median_ms(seconds: list[float]) -> float:
    return round(max(SHORTEST_MS, statistics.median(seconds) * 1000), 1)


def _message_id() -> str:
    return str(uuid7(int(time.time() * 1000), secrets.token_bytes(10)))
