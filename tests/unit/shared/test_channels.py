"""What only shows below the callback client: how bytes come, and what becomes of connections."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.aws import channels as channels_module
from shared.aws import connector
from shared.aws.channel import Exchange
from shared.aws.channels import Channels
from shared.aws.failures import NOT_HTTP, RESET, TIMED_OUT
from tests.unit.shared.piecewise_relay import PiecewiseRelay
from tests.unit.shared.scripted_server import (
    Action,
    ScriptedServer,
    answer,
    answer_then_hang_up,
    hang_up,
    never,
    send_then_reset,
    tls,
)

LONG = 30.0  # seconds; a time-out no test waits for
SHORT = 0.05
MORE_THAN_SOCKETS_HOLD = bytes(16 << 20)
Secure = Callable[[socket.socket], socket.socket]


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def secure(scheme: str, certificate: Path) -> Secure:
    return tls(certificate) if scheme == "https" else lambda peer: peer


@pytest.fixture
def to(scheme: str, certificate: Path) -> Callable[..., Channels]:
    """Make the channels to a port of the loopback address."""

    def make(port: int, host: str = "127.0.0.1") -> Channels:
        return Channels(f"{scheme}://{host}:{port}/", ca_file=str(certificate))

    return make


def exchange(tag: object = None, *, body: bytes = b"hello", timeout_seconds: float = LONG) -> Exchange:
    head = f"POST /{tag} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return Exchange(head.encode() + body, time.monotonic() + timeout_seconds, tag)


def begin(channels: Channels, begun: Exchange) -> None:
    channels.begin(begun, time.monotonic())


def end(channels: Channels, begun: Exchange) -> tuple[int | None, str]:
    """How an exchange with nothing beside it ends."""
    begin(channels, begun)
    [ended] = channels.ended(LONG)
    assert ended is begun
    assert channels.in_flight == 0
    return ended.status, ended.failure


def send(wire: bytes) -> Action:
    def act(peer: socket.socket, stopped: threading.Event) -> bool:
        peer.sendall(wire)
        return True

    return act


CHUNKED = (
    b"HTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 410 Gone\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfor go\r\n2\r\nod\r\n0\r\n\r\n"
)


@pytest.mark.parametrize("piece_bytes", [1, 7, 1000])
def test_exchanges_end_well_however_small_the_pieces_they_travel_in(
    to: Callable[..., Channels], secure: Secure, piece_bytes: int
) -> None:
    with (
        ScriptedServer([answer(500, b"x" * 100), send(CHUNKED), answer(200)], secure=secure) as server,
        PiecewiseRelay(server.port, piece_bytes) as relay,
    ):
        channels = to(relay.port)
        ends = []
        for number in range(3):
            begun = exchange(number)
            ends.append((*end(channels, begun), begun.body))

    assert ends == [(500, "", b"x" * 100), (410, "", b"for good"), (200, "", b"")]
    assert [(r.body, r.connection) for r in server.requests] == [(b"hello", 0)] * 3


@pytest.mark.parametrize("body_bytes", [4096, 16384, 100_000])
def test_an_answer_longer_than_one_read_or_one_record_is_taken_whole(
    to: Callable[..., Channels], secure: Secure, body_bytes: int
) -> None:
    with ScriptedServer([answer(500, b"x" * body_bytes), answer(200)], secure=secure) as server:
        channels = to(server.port)

        assert [end(channels, exchange(number)) for number in range(2)] == [(500, ""), (200, "")]

    assert {request.connection for request in server.requests} == {0}


FAULTS: list[tuple[Action, str]] = [
    (never, TIMED_OUT),
    (hang_up, RESET),
    (send_then_reset(b""), RESET),
    (send_then_reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), RESET),
    (send_then_reset(b"HTTP/1.1 200 OK\r\nX-Half"), RESET),
    (send(b"SSH-2.0-OpenSSH_9.2\r\n"), NOT_HTTP),
]


@pytest.mark.parametrize(("fault", "failure"), FAULTS)
def test_a_fault_ends_its_exchange_and_its_connection_alone(
    to: Callable[..., Channels], secure: Secure, fault: Action, failure: str
) -> None:
    with ScriptedServer([fault, answer(200)], secure=secure) as server:
        channels = to(server.port)
        begun = exchange(timeout_seconds=SHORT if fault is never else LONG)
        begin(channels, begun)
        ended: list[Exchange] = []
        while fault is never and not server.requests and not ended:
            ended = channels.ended(0.001)
        [one] = ended or channels.ended(LONG)

        assert (one.status, one.failure) == (None, failure)
        assert end(channels, exchange()) == (200, "")

    assert server.requests[-1].connection > 0


def test_a_request_that_finds_no_room_leaves_as_there_is_some(
    to: Callable[..., Channels], secure: Secure
) -> None:
    reads = threading.Event()

    def wait(peer: socket.socket) -> socket.socket:
        stream = secure(peer)
        reads.wait()
        return stream

    with ScriptedServer([answer(200)], secure=wait) as server:
        channels = to(server.port)
        large = exchange("large", body=MORE_THAN_SOCKETS_HOLD)
        begin(channels, large)
        while not any(channel.unsent for channel in channels._open.values()):
            assert channels.ended(0.001) == []
        reads.set()

        assert channels.ended(LONG) == [large]
        assert (large.status, end(channels, exchange("next"))) == (200, (200, ""))

    assert [len(r.body) for r in server.requests] == [len(MORE_THAN_SOCKETS_HOLD), len(b"hello")]
    assert {request.connection for request in server.requests} == {0}


def test_an_answer_before_the_request_is_whole_counts_and_its_connection_is_not_used_again(
    to: Callable[..., Channels], secure: Secure
) -> None:
    early = [b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"]
    has_sent_more = threading.Event()

    def answer_early(peer: socket.socket) -> socket.socket:
        stream = secure(peer)
        if early:
            stream.sendall(early.pop())
            has_sent_more.wait()
        return stream

    with ScriptedServer([answer(200)], secure=answer_early) as server:
        channels = to(server.port)

        assert end(channels, exchange("large", body=MORE_THAN_SOCKETS_HOLD)) == (413, "")
        has_sent_more.set()
        assert end(channels, exchange("next")) == (200, "")

    [arrived] = [request for request in server.requests if request.path == "/next"]
    assert arrived.connection == 1


def test_an_answer_that_announces_the_end_of_the_connection_is_believed(
    to: Callable[..., Channels], secure: Secure
) -> None:
    closing = send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    with ScriptedServer([closing, answer(200)], secure=secure) as server:
        channels = to(server.port)
        assert [end(channels, exchange(number)) for number in range(2)] == [(200, "")] * 2

    assert [request.connection for request in server.requests] == [0, 1]


def test_a_second_answer_is_not_taken_for_the_one_to_the_next_request(
    to: Callable[..., Channels], secure: Secure
) -> None:
    twice = send(
        b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 Stray\r\nContent-Length: 0\r\n\r\n"
    )
    with ScriptedServer([twice, answer(200)], secure=secure) as server:
        channels = to(server.port)
        assert [end(channels, exchange(number)) for number in range(2)] == [(410, ""), (200, "")]

    assert [request.connection for request in server.requests] == [0, 1]


def test_what_comes_unasked_ends_an_idle_connection(to: Callable[..., Channels], secure: Secure) -> None:
    is_idle, is_hung_up = threading.Event(), threading.Event()

    def answer_and_babble(peer: socket.socket, stopped: threading.Event) -> bool:
        answer(200)(peer, stopped)
        is_idle.wait()
        answer(500)(peer, stopped)
        peer.recv(1)
        is_hung_up.set()
        return False

    with ScriptedServer([answer_and_babble, answer(200)], secure=secure) as server:
        channels = to(server.port)
        assert end(channels, exchange()) == (200, "")
        is_idle.set()
        while not is_hung_up.is_set():
            assert channels.ended(0.001) == []

        assert end(channels, exchange()) == (200, "")


def test_a_request_is_repeated_once_and_only_after_a_connection_that_has_served(
    to: Callable[..., Channels], secure: Secure
) -> None:
    with ScriptedServer([answer(200), hang_up, hang_up, answer(200)], secure=secure) as server:
        channels = to(server.port)
        ends = [end(channels, exchange(number)) for number in range(3)]

    assert ends == [(200, ""), (None, RESET), (200, "")]
    assert [r.path for r in server.requests] == ["/0", "/1", "/1", "/2"]


def test_a_request_is_not_repeated_once_some_of_its_answer_has_come(
    to: Callable[..., Channels], secure: Secure
) -> None:
    half = send_then_reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    with ScriptedServer([answer(200), half, answer(200)], secure=secure) as server:
        channels = to(server.port)
        ends = [end(channels, exchange(number)) for number in range(3)]

    assert ends == [(200, ""), (None, RESET), (200, "")]
    assert [r.path for r in server.requests] == ["/0", "/1", "/2"]


def test_a_connection_closed_while_it_was_idle_costs_no_request_even_if_nobody_looked(
    to: Callable[..., Channels], secure: Secure
) -> None:
    with ScriptedServer([answer_then_hang_up(200)], secure=secure) as server:
        channels = to(server.port)
        assert [end(channels, exchange(number)) for number in range(4)] == [(200, "")] * 4


def test_a_connection_that_idled_for_long_is_not_trusted(
    to: Callable[..., Channels], secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels_module, "IDLE_SECONDS", -1)
    with ScriptedServer([answer(200)], secure=secure) as server:
        channels = to(server.port)
        assert [end(channels, exchange(number)) for number in range(3)] == [(200, "")] * 3

    assert [request.connection for request in server.requests] == [0, 1, 2]


def test_exchanges_time_out_each_by_its_own_time(to: Callable[..., Channels], secure: Secure) -> None:
    with ScriptedServer([never], secure=secure) as server:
        channels = to(server.port)
        begun = [exchange(number, timeout_seconds=number * SHORT) for number in (3, 1, 2)]
        for each in begun:
            begin(channels, each)
        ended: list[Exchange] = []
        while channels.in_flight:
            ended += channels.ended(LONG)

    assert [(each.tag, each.failure) for each in ended] == [(1, TIMED_OUT), (2, TIMED_OUT), (3, TIMED_OUT)]


def silent_first(secure: Secure, stopped: threading.Event) -> Secure:
    """Let the first connection get as far as TCP brings it."""
    is_first = [True]

    def wait(peer: socket.socket) -> socket.socket:
        if is_first.pop() if is_first else False:
            stopped.wait()
        return secure(peer)

    return wait


@pytest.mark.parametrize("scheme", ["https"], indirect=True)
@pytest.mark.parametrize(("connect_seconds", "timeout_seconds"), [(SHORT, LONG), (LONG, SHORT)])
def test_a_handshake_without_an_answer_times_out(
    to: Callable[..., Channels],
    secure: Secure,
    monkeypatch: pytest.MonkeyPatch,
    connect_seconds: float,
    timeout_seconds: float,
) -> None:
    monkeypatch.setattr(connector, "CONNECT_TIMEOUT_SECONDS", connect_seconds)
    stopped = threading.Event()
    with ScriptedServer([answer(200)], secure=silent_first(secure, stopped)) as server:
        channels = to(server.port)

        assert end(channels, exchange(timeout_seconds=timeout_seconds)) == (None, TIMED_OUT)
        monkeypatch.setattr(connector, "CONNECT_TIMEOUT_SECONDS", LONG)
        assert end(channels, exchange()) == (200, "")
        stopped.set()


def test_a_name_is_resolved(to: Callable[..., Channels], secure: Secure) -> None:
    with ScriptedServer([answer(200)], secure=secure) as server:
        assert end(to(server.port, host="localhost"), exchange()) == (200, "")


def test_what_is_abandoned_is_closed_and_forgotten(to: Callable[..., Channels], secure: Secure) -> None:
    is_hung_up = threading.Event()

    def listen(peer: socket.socket, stopped: threading.Event) -> bool:
        with suppress(OSError):  # however the end comes
            peer.recv(1)
        is_hung_up.set()
        return False

    with ScriptedServer([listen, answer(200)], secure=secure) as server:
        channels = to(server.port)
        begin(channels, exchange("arrived"))
        while not server.requests:
            channels.ended(0.001)
        begin(channels, exchange("opening"))
        channels.abandon()

        assert is_hung_up.wait(LONG)
        assert channels.in_flight == 0
        assert channels.ended(0.001) == []
        assert end(channels, exchange("next")) == (200, "")

    assert [request.path for request in server.requests] == ["/arrived", "/next"]


ANYTHING = [*(fault for fault, _ in FAULTS), answer(200), answer_then_hang_up(200), send(CHUNKED)]


@given(
    script=st.lists(
        st.sampled_from([*(fault for fault, _ in FAULTS), answer(200), send(CHUNKED)]), max_size=8
    ),
    at_once=st.integers(1, 4),
    is_secure=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_whatever_happens_every_exchange_ends_once(
    certificate: Path, script: list[Action], at_once: int, is_secure: bool
) -> None:
    secure = tls(certificate) if is_secure else lambda peer: peer
    timeout_seconds = SHORT if never in script else LONG
    with ScriptedServer([*script, answer(200)], secure=secure) as server:
        scheme = "https" if is_secure else "http"
        channels = Channels(f"{scheme}://127.0.0.1:{server.port}/", ca_file=str(certificate))
        left = [exchange(number, timeout_seconds=timeout_seconds) for number in range(len(script) + 1)]
        ended: list[object] = []
        while left or channels.in_flight:
            while left and channels.in_flight < at_once:
                begin(channels, left.pop())
            ended += [each.tag for each in channels.ended(LONG)]

        assert sorted(map(str, ended)) == sorted(str(number) for number in range(len(script) + 1))
        server.actions[:] = [answer(200)]
        assert end(channels, exchange()) == (200, "")
