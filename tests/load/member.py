"""One member of the swarm: connects, listens, recovers, sends on schedule, misbehaves as told."""

import json
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import gevent

from tests.load import chat
from tests.load.accounting import Sent
from tests.load.connection import Closed, Connection, Refused, open_connection
from tests.load.roles import Role
from tests.load.schedule import due_messages
from tests.load.swarm_world import World
from tests.load.targets import handshake_of
from tests.load.tokens import SignInFailed

HANDSHAKE_SECONDS = 30.0
RETRY_SECONDS = 1.0
# As the page does (frontend/src/protocol/outbox, connection/backoff.ts): of one room one message after the
# other; one without an answer again, with the same id, which the server knows for a day; one that is refused
# for a while after a pause, exponential with full jitter.
REPEAT_AFTER_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 30.0
GIVE_UP_AFTER_SECONDS = 50.0
SHOW_TOKEN_SECONDS = 15.0  # between looks for a newer one, far less than the last 0.4 of a token's life
# The protocol's: recovery reads from the last message of history, less this (docs/protocol/README.md).
RECOVERY_MILLISECONDS = 15_000
# Who has just come may not be pushed what is said for a moment, so history is read again (the same page).
SECOND_LOOK_SECONDS = (2.0, 3.0)
CLOCK_MARGIN_MILLISECONDS = 120_000  # the swarm's clock and the server's are not one

OnRequest = Callable[[str, float, Exception | None], None]
"""Is told name, seconds and error of each connect, send and history read (Locust's `request` event)."""


@dataclass(slots=True)
class Pending:
    """A message that is not acknowledged yet; it may be sent (again) from `again_at` on.

    `its_turn_at` is when those before it were through with, 0 until then.
    `follows` is the sort key of the newest message that its sender had been answered when it was first tried.
    """

    sent: Sent
    client_message_id: str
    size: int
    tries: int = 0
    its_turn_at: float = 0.0
    again_at: float = 0.0
    follows: str = ""


class Member:
    def __init__(self, role: Role, number: int, world: World, on_request: OnRequest) -> None:
        self.role = role
        self._number = number
        self._world = world
        self._on_request = on_request
        self._chance = random.Random(number)
        self._connection: Connection | None = None
        self._joined = False
        self._shown_token: str | None = None
        self._has_more_to_say = role.sends_every is not None
        self._pending: dict[int, Pending] = {}
        self._reads: dict[str, tuple[float, str]] = {}
        self._cursor = f"{int(world.started_at * 1000) - CLOCK_MARGIN_MILLISECONDS:013d}#"
        self._newest_answered = ""

    def live(self) -> None:
        """Stay connected until killed; then leave for good."""
        helpers = [gevent.spawn(habit) for habit in self._habits()]
        try:
            while True:
                self._connect_and_listen()
        finally:
            gevent.killall(helpers, block=False)
            if self._joined:
                self._world.delivery_log.leave(self.role.name, self._world.now())

    def drop(self, *, abruptly: bool) -> None:
        """End the present connection; the member connects again."""
        if self._connection:
            self._world.measures.counts["dropped"] += 1
            (self._connection.abort if abruptly else self._connection.close)()

    @property
    def unanswered(self) -> int:
        """Messages that are not acknowledged yet, one more while there are some to come."""
        return len(self._pending) + self._has_more_to_say

    def _habits(self) -> list[Callable[[], None]]:
        behaviour = self._world.scenario.behaviour
        occasional = [(behaviour.reconnects_per_minute, self._reconnect)]
        # v1 has no frame for it: its connection is closed at the end of its token, and the member comes back.
        is_renewing = self._world.tokens and not self.role.v1
        habits: list[Callable[[], None]] = [self._show_newer_tokens] if is_renewing else []
        if self.role.sends_every:
            habits += [self._send_on_schedule, self._repeat_unanswered]
            occasional.append((behaviour.bad_frames_per_minute, self._send_bad_frame))
            occasional.append((behaviour.history_reads_per_minute, self._read_history))
        for per_minute, act in occasional:
            if per_minute:
                habits.append(lambda per_minute=per_minute, act=act: self._now_and_then(per_minute, act))  # type: ignore[misc]  # defaults bind the loop's values
        return habits

    def _now_and_then(self, per_minute: float, act: Callable[[], None]) -> None:
        """At random times, so that members do not act in step (Poisson process)."""
        while True:
            gevent.sleep(self._chance.expovariate(per_minute / 60))
            if self._world.now() < self._world.sending_ends_at and self._connection:
                act()

    def _connect_and_listen(self) -> None:
        measures = self._world.measures
        measures.counts["handshakes"] += 1
        try:
            address = self._address()
            begin = self._world.now()
            connection = open_connection(*address, HANDSHAKE_SECONDS)
        except SignInFailed as failure:
            self._refused("sign-in", failure)
            return
        except Refused as refusal:
            self._refused(f"handshake {refusal.status}", refusal)
            return
        measures.connect.record(self._world.now() - begin)
        self._on_request("connect", self._world.now() - begin, None)
        self._world.open += 1
        try:
            self._begin(connection)
            self._listen(connection)
        except Closed as closed:
            measures.counts[f"closed.{closed.code}"] += 1
        finally:
            self._connection = None
            self._world.open -= 1
            connection.abort()

    def _refused(self, what: str, error: Exception) -> None:
        self._world.measures.error(what)
        self._on_request("connect", 0.0, error)
        gevent.sleep(RETRY_SECONDS * (0.5 + self._chance.random()))

    def _listen(self, connection: Connection) -> None:
        while True:
            self._take(connection.receive())
            # Once all is said it catches up: what it has not read by the end would look like a hole.
            if self.role.slow and self._world.now() < self._world.sending_ends_at:
                gevent.sleep(self._world.scenario.behaviour.slow_seconds)

    def _address(self) -> tuple[str, list[str]]:
        role, token = self.role, self._world.token(self._number)
        self._shown_token = token
        return handshake_of(self._world.target, role.room, role.name, token, v1=role.v1)

    def _begin(self, connection: Connection) -> None:
        self._connection = connection
        if not self._joined:
            self._world.delivery_log.join(self.role.name, self.role.room, self._world.now(), v1=self.role.v1)
            self._joined = True
        elif self.role.v1:
            self._world.delivery_log.forget_view(self.role.name, self._world.now())
        if not self.role.v1:
            self._read_history()
            gevent.spawn_later(self._chance.uniform(*SECOND_LOOK_SECONDS), self._look_again, connection)

    def _look_again(self, connection: Connection) -> None:
        if self._connection is connection:
            self._read_history()

    def _read_history(self) -> None:
        self._request_page(self._cursor)

    def _request_page(self, after: str) -> None:
        request_id = f"read-{secrets.token_hex(4)}"
        self._reads[request_id] = (self._world.now(), after)
        self._say(chat.get_messages(self.role.room, after, request_id, self._world.token(self._number)))

    def _show_newer_tokens(self) -> None:
        while True:
            gevent.sleep(SHOW_TOKEN_SECONDS)
            with suppress(SignInFailed):
                token = self._world.token(self._number)
                if token and token != self._shown_token and self._say(chat.authenticate(token)):
                    self._shown_token = token

    def _reconnect(self) -> None:
        self.drop(abruptly=self._chance.random() < self._world.scenario.behaviour.abrupt)

    def _send_bad_frame(self) -> None:
        self._world.measures.counts["bad_frames"] += 1
        self._say(self._chance.choice(chat.bad_frames(self.role.room)))

    def _say(self, text: str) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.send(text)
        except Closed:
            return False
        return True

    def _send_on_schedule(self) -> None:
        for sent, size in due_messages(self.role, self._world, self._chance, lambda: self._joined):
            self._pending[sent.sequence] = Pending(sent, str(uuid4()), size)
            self._world.measures.counts["sent"] += 1
            self._send_next()
        self._has_more_to_say = False

    def _try(self, pending: Pending) -> None:
        token, room = self._world.token(self._number), self.role.room
        if not pending.tries:
            pending.follows = self._newest_answered
        text = (
            chat.send_message_v1(pending.sent, pending.size, room, token)
            if self.role.v1
            else chat.send_message(pending.sent, pending.size, room, pending.client_message_id, token)
        )
        if self._say(text):
            pending.tries += 1
            pending.again_at = self._world.now() + REPEAT_AFTER_SECONDS

    def _send_next(self) -> None:
        """Try what may be sent: of v2 the oldest that is not acknowledged, of v1 all."""
        now, oldest = self._world.now(), next(iter(self._pending.values()), None)
        for pending in list(self._pending.values()) if self.role.v1 else [oldest]:
            if pending is None:
                return
            pending.its_turn_at = pending.its_turn_at or now
            if now >= pending.again_at:
                self._world.measures.counts["repeated"] += pending.tries > 0
                self._try(pending)

    def _pause(self, pending: Pending, retry_after_seconds: float = 0.0) -> None:
        longest = min(LONGEST_PAUSE_SECONDS, RETRY_SECONDS * 2 ** max(0, pending.tries - 1))
        pending.again_at = self._world.now() + max(retry_after_seconds, longest * self._chance.random())

    def _repeat_unanswered(self) -> None:
        while True:
            gevent.sleep(RETRY_SECONDS)
            now = self._world.now()
            for sequence, pending in list(self._pending.items()):
                if pending.its_turn_at and now - pending.its_turn_at > GIVE_UP_AFTER_SECONDS:
                    del self._pending[sequence]
                    self._world.measures.error("no acknowledgement")
                elif self.role.v1 and now - pending.sent.due_at > REPEAT_AFTER_SECONDS:
                    # A v1 client cannot repeat without saying it twice, and is not told that it should.
                    del self._pending[sequence]
                    self._world.measures.counts["unacknowledged_v1"] += 1
            self._send_next()

    def _take(self, text: str) -> None:
        if not text:
            self._world.measures.counts["silences"] += 1
        else:
            self._take_frame(json.loads(text), self._world.now())

    def _take_frame(self, frame: dict[str, Any], now: float) -> None:
        match frame.get("type"):
            case "newMessage" if str(frame.get("requestId", "")).startswith("send-"):
                self._take_acknowledgement(frame["data"], now)
            case "newMessage":
                self._take_message(frame["data"], now)
            case "newMessages":
                for message in frame["data"]:
                    self._take_message(message, now)
            case "messageHistory":
                self._take_page(frame, now)
            case "error":
                self._take_error(frame)
            case kind:
                self._take_other(kind, frame)

    def _take_other(self, kind: str | None, frame: dict[str, Any]) -> None:
        if kind is None:  # API Gateway's own error, which says of no frame: of the only one that waits, then
            self._world.measures.error(f"gateway: {frame.get('message')}")
            oldest = next(iter(self._pending.values()), None)
            if oldest and oldest.tries and not self._reads:
                self._pause(oldest)
        elif self.role.v1:
            self._world.measures.error("a frame that protocol v1 does not know")
        else:
            self._world.measures.counts[f"ignored.{kind}"] += 1

    def _take_acknowledgement(self, message: chat.Message, now: float) -> None:
        sent = Sent.of_content(message["content"])
        if sent is None:
            return
        awaited = self._pending.pop(sent.sequence, None)
        if awaited:
            self._world.measures.counts["acknowledged"] += 1
            self._world.measures.acknowledgement.record(now - sent.due_at)
            self._on_request("send", now - sent.due_at, None)
        if awaited or self.role.v1:  # of v1 also what was given up: it has it now
            follows = awaited.follows if awaited else ""
            key = message["sortKey"]
            self._newest_answered = max(self._newest_answered, key)
            self._world.delivery_log.acknowledge(self.role.name, message["messageId"], key, sent, follows)
            self._send_next()

    def _take_message(self, message: chat.Message, now: float) -> None:
        sent = Sent.of_content(message["content"])
        if sent is None:
            return
        if self.role.v1 and sent.sender == self.role.name:
            self._take_acknowledgement(message, now)
            return
        first = self._world.delivery_log.arrive(
            self.role.name, message["roomId"], message["messageId"], message["sortKey"], sent
        )
        if first and not self.role.slow:
            self._world.measures.delivered(now - sent.due_at)

    def _take_page(self, frame: dict[str, Any], now: float) -> None:
        began, _ = self._reads.pop(frame["requestId"], (now, ""))
        self._on_request("history", now - began, None)
        self._world.measures.counts["history_pages"] += 1
        for message in frame["data"]:
            sent = Sent.of_content(message["content"])
            if sent:
                self._world.delivery_log.recover(
                    self.role.name, message["messageId"], message["sortKey"], sent
                )
        if frame["nextCursor"] is not None:
            self._request_page(frame["nextCursor"])
        elif frame["data"]:
            self._cursor = f"{int(frame['data'][-1]['createdAt']) - RECOVERY_MILLISECONDS:013d}#"

    def _take_error(self, frame: dict[str, Any]) -> None:
        request_id, code, measures = str(frame.get("requestId")), frame["data"]["code"], self._world.measures
        if request_id.startswith("read-"):
            measures.error(code)
            began, after = self._reads.pop(request_id, (self._world.now(), self._cursor))
            self._on_request("history", self._world.now() - began, Exception(code))
            gevent.spawn_later(RETRY_SECONDS, self._request_page, after)
        elif request_id.startswith("send-"):
            measures.error(code)
            if pending := self._pending.get(int(request_id.removeprefix("send-"))):
                self._pause(pending, frame["data"].get("retryAfterMs", 0) / 1000)
        else:
            measures.counts["bad_frames_failed" if code == "INTERNAL" else "bad_frames_answered"] += 1
