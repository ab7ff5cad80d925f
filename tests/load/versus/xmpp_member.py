"""One member of the swarm that speaks XMPP: joins its room, reads the archive, listens, sends on schedule."""

import random
from uuid import uuid4
from xml.etree.ElementTree import Element

import gevent

from tests.load.accounting import Sent
from tests.load.connection import Closed, Connection, Refused
from tests.load.member import HANDSHAKE_SECONDS, RETRY_SECONDS, OnRequest
from tests.load.roles import Role
from tests.load.schedule import due_messages
from tests.load.swarm_world import World
from tests.load.versus import xmpp
from tests.load.versus.prosody import room_address
from tests.load.versus.xmpp_stream import next_stanza, open_stream


class XmppMember:
    """As `tests.load.member.Member`, as far as a comparison without misbehaviour needs it.

    It repeats nothing: a plain XMPP client is not told what became of a message that was under way when its
    connection ended. The room's echo of a member's own message is its acknowledgement.
    """

    def __init__(self, role: Role, number: int, world: World, on_request: OnRequest) -> None:
        self.role = role
        self._world = world
        self._on_request = on_request
        self._chance = random.Random(number)
        self._room = room_address(role.room)
        self._connection: Connection | None = None
        self._joined = False
        self._has_more_to_say = role.sends_every is not None
        self._pending: dict[int, Sent] = {}
        self._query_id = ""
        self._newest_read: str | None = None

    def live(self) -> None:
        """Stay connected until killed; then leave for good."""
        sender = gevent.spawn(self._send_on_schedule) if self.role.sends_every else None
        try:
            while True:
                self._connect_and_listen()
        finally:
            if sender:
                sender.kill(block=False)
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

    def _connect_and_listen(self) -> None:
        measures, begin = self._world.measures, self._world.now()
        measures.counts["handshakes"] += 1
        try:
            connection = open_stream(self._world.target.url, HANDSHAKE_SECONDS)
        except (Refused, Closed, xmpp.NotXmpp) as error:
            measures.error(f"handshake: {error}")
            self._on_request("connect", 0.0, error)
            gevent.sleep(RETRY_SECONDS * (0.5 + self._chance.random()))
            return
        measures.connect.record(self._world.now() - begin)
        self._on_request("connect", self._world.now() - begin, None)
        self._world.open += 1
        try:
            connection.send(xmpp.join(self._room, self.role.name))
            while True:
                self._take(connection, next_stanza(connection))
        except Closed as closed:
            measures.counts[f"closed.{closed.code}"] += 1
        except xmpp.NotXmpp:
            measures.error("no stanza")
        finally:
            self._connection = None
            self._world.open -= 1
            connection.abort()

    def _take(self, connection: Connection, stanza: Element) -> None:
        if said := xmpp.said_in(stanza):
            self._take_message(said, self._world.now())
        elif stored := xmpp.archived_in(stanza):
            self._world.delivery_log.recover(self.role.name, stored.message_id, stored.sort_key, stored.sent)
            self._newest_read = stored.message_id
        elif end := xmpp.page_end_in(stanza, self._query_id):
            self._world.measures.counts["history_pages"] += 1
            if end.after is not None:
                self._read_page(connection, end.after)
        elif xmpp.is_own_presence(stanza):
            self._enter(connection)
        elif stanza.get("type") == "error":
            self._world.measures.error(f"{stanza.tag.rpartition('}')[2]} refused")

    def _enter(self, connection: Connection) -> None:
        """The room has let the member in: from now on everything is owed to it."""
        if self._connection is connection:
            return  # told once more, as after a change of role
        self._connection = connection
        if not self._joined:
            self._world.delivery_log.join(self.role.name, self.role.room, self._world.now())
            self._joined = True
        self._read_page(connection, self._newest_read)

    def _read_page(self, connection: Connection, after: str | None) -> None:
        self._query_id = str(uuid4())
        connection.send(xmpp.read_archive(self._room, self._query_id, after))

    def _take_message(self, said: xmpp.Said, now: float) -> None:
        log, measures, sent = self._world.delivery_log, self._world.measures, said.sent
        if sent.sender != self.role.name:
            if log.arrive(self.role.name, said.room, said.message_id, "", sent):
                measures.delivered(now - sent.due_at)
            return
        if self._pending.pop(sent.sequence, None):
            measures.counts["acknowledged"] += 1
            measures.acknowledgement.record(now - sent.due_at)
            self._on_request("send", now - sent.due_at, None)
        log.acknowledge(self.role.name, said.message_id, "", sent)

    def _send_on_schedule(self) -> None:
        for sent, size in due_messages(self.role, self._world, self._chance, lambda: self._joined):
            self._world.measures.counts["sent"] += 1
            self._pending[sent.sequence] = sent
            if not self._say(xmpp.say(self._room, str(uuid4()), sent.content(size))):
                del self._pending[sent.sequence]
                self._world.measures.error("not connected")
        self._has_more_to_say = False

    def _say(self, text: str) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.send(text)
        except Closed:
            return False
        return True
