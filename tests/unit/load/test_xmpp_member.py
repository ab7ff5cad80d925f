"""A member that speaks XMPP against a scripted server: what it books, what it does not believe."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import gevent
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.load import history
from tests.load.accounting import Sent
from tests.load.calibration import IN_SECONDS
from tests.load.history import HistoryUnreadable
from tests.load.plan import Plan
from tests.load.roles import Role
from tests.load.swarm_world import World
from tests.load.targets import Target
from tests.load.versus import xmpp
from tests.load.versus.prosody import room_address
from tests.load.versus.xmpp_history import read_archives
from tests.load.versus.xmpp_member import XmppMember
from tests.unit.load.test_member import ROOM, until, world_of

ADDRESS = room_address(ROOM)
OPENED = [f"<open xmlns='{xmpp.FRAMING}'/>", f"<stream:features xmlns:stream='{xmpp.STREAM}'/>"]
ONESELF = f"<x xmlns='{xmpp.MUC_USER}'><status code='{xmpp.ONESELF}'/></x>"
ENTERED = f"<presence xmlns='{xmpp.CLIENT}'>{ONESELF}</presence>"
BOMB = "<!DOCTYPE x [<!ENTITY a 'b'>]><message>&a;</message>"
ELSEWHERE = "other@rooms.localhost"


def passed_on(number: int, sender: str = "other", room: str = ADDRESS) -> str:
    body = Sent(sender, number, 0.0).content(60)
    stanza_id = f"<stanza-id xmlns='{xmpp.STANZA_ID}' by='{room}' id='m{number}'/>"
    head = f"<message xmlns='{xmpp.CLIENT}' type='groupchat' from='{room}/{sender}'>"
    return f"{head}<body>{body}</body>{stanza_id}</message>"


def archived(number: int) -> str:
    body = f"<message xmlns='{xmpp.CLIENT}'><body>{Sent('other', number, 0.0).content(60)}</body></message>"
    forwarded = f"<forwarded xmlns='{xmpp.FORWARD}'>{body}</forwarded>"
    result = f"<result xmlns='{xmpp.ARCHIVE}' id='m{number}'>{forwarded}</result>"
    return f"<message xmlns='{xmpp.CLIENT}'>{result}</message>"


@dataclass
class Room:
    """A server with one room: says `after_entering` to whoever came in, and has `archive` in pages of one."""

    after_entering: list[str] = field(default_factory=list)
    archive: list[int] = field(default_factory=list)
    admits: bool = True
    connections: int = 0

    def handle(self, socket: ServerConnection) -> None:
        self.connections += 1
        try:
            for text in socket:
                for answer in self._answers(xmpp.parse(str(text))):
                    socket.send(answer)
        except ConnectionClosed:
            pass

    def _answers(self, stanza: Element) -> list[str]:
        match stanza.tag.rpartition("}")[2]:
            case "open":
                return OPENED
            case "auth":
                return [f"<{'success' if self.admits else 'failure'} xmlns='{xmpp.SASL}'/>"]
            case "presence":
                return [ENTERED, *self.after_entering]
            case "message":
                sent = Sent.of_content(stanza.findtext(f"{{{xmpp.CLIENT}}}body") or "")
                return [passed_on(sent.sequence, sent.sender)] if sent else []
        return self._page(stanza)

    def _page(self, stanza: Element) -> list[str]:
        query_id, result = stanza.get("id"), f"<iq xmlns='{xmpp.CLIENT}' type='result'"
        if stanza.find(f"{{{xmpp.ARCHIVE}}}query") is None:
            return [f"{result} id='{query_id}'/>"]
        after = next((each.text for each in stanza.iter(f"{{{xmpp.RESULT_SET}}}after")), None)
        rest = [number for number in self.archive if after is None or number > int(str(after)[1:])]
        last = f"<set xmlns='{xmpp.RESULT_SET}'><last>m{rest[0]}</last></set>" if rest else ""
        complete = "" if len(rest) > 1 else "complete='true'"
        fin = f"<fin xmlns='{xmpp.ARCHIVE}' {complete}>{last}</fin>"
        return [*map(archived, rest[:1]), f"{result} id='{query_id}'>{fin}</iq>"]


def _xmpp(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return next((each for each in offered if each == xmpp.SUBPROTOCOL), None)


@contextmanager
def serving(room: Room) -> Iterator[str]:
    with serve(room.handle, "127.0.0.1", 0, select_subprotocol=_xmpp) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/xmpp-websocket"
        server.shutdown()
        thread.join()


@contextmanager
def living(url: str, sends_every: float | None = None) -> Iterator[World]:
    world = world_of(url)
    role = Role("me", ROOM, v1=False, slow=False, sends_every=sends_every, offset=0.0)
    life = gevent.spawn(XmppMember(role, 0, world, lambda *_: None).live)
    try:
        yield world
    finally:
        life.kill()


def counted(world: World, name: str) -> Callable[[], object]:
    return lambda: world.measures.counts[name]


def test_what_others_say_is_booked_once() -> None:
    room = Room(after_entering=[passed_on(1), passed_on(1), passed_on(2)])
    with serving(room) as url, living(url) as world:
        until(lambda: world.measures.counts["delivered"] == 2)

    assert list(world.delivery_log.rooms[ROOM].index) == ["m1", "m2"]
    assert world.delivery_log.members["me"].copies[0] == 2


def test_the_echo_of_ones_own_message_acknowledges_it() -> None:
    with serving(Room()) as url, living(url, sends_every=0.05) as world:
        until(lambda: world.measures.counts["acknowledged"] >= 2)

    assert world.delivery_log.rooms[ROOM].acknowledged
    assert world.measures.counts["delivered"] == 0


def test_the_archive_is_read_page_by_page_after_entering() -> None:
    with serving(Room(archive=[1, 2, 3])) as url, living(url) as world:
        until(lambda: world.measures.counts["history_pages"] == 3)

    assert list(world.delivery_log.rooms[ROOM].index) == ["m1", "m2", "m3"]


def test_a_message_of_another_room_is_no_delivery() -> None:
    room = Room(after_entering=[passed_on(1, room=ELSEWHERE), passed_on(2)])
    with serving(room) as url, living(url) as world:
        until(counted(world, "delivered"))

    assert world.delivery_log.members["me"].foreign == 1
    assert list(world.delivery_log.rooms[ROOM].index) == ["m2"]


def test_entities_end_the_connection_and_the_member_comes_back() -> None:
    room = Room(after_entering=[BOMB])
    with serving(room) as url, living(url) as world:
        until(lambda: room.connections > 1)

    assert world.measures.counts["error.no stanza"]


def test_a_refused_sign_in_is_an_error_and_no_connection() -> None:
    with serving(Room(admits=False)) as url, living(url) as world:
        until(counted(world, "errors"))

    assert world.open == 0
    assert not world.delivery_log.members


def test_the_final_check_reads_the_whole_archive() -> None:
    with serving(Room(archive=[1, 2, 3])) as url:
        found = read_archives(plan_of(url), [ROOM])

    assert [stored.message_id for stored in found[ROOM]] == ["m1", "m2", "m3"]


def test_an_archive_that_cannot_be_read_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "ATTEMPTS", 2)
    with serving(Room(admits=False)) as url, pytest.raises(HistoryUnreadable):
        read_archives(plan_of(url), [ROOM])


def plan_of(url: str) -> Plan:
    return Plan("d", world_of(url).scenario, IN_SECONDS, Target(url), "run", 0.0)
