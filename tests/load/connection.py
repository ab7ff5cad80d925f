"""A WebSocket connection for gevent: the `websockets` library's protocol over a gevent socket.

A swarm holds thousands of these in one process, so no client with threads of its own.
"""

import struct
from collections import deque
from urllib.parse import urlsplit

from gevent import socket, ssl
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

READ_BYTES = 65_536
# More than API Gateway's 128 KB message, and than what this project sends.
MAX_MESSAGE_BYTES = 256 * 1024


class Refused(Exception):
    """The handshake failed: `status` is that of the answer, 0 if there was none."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}" if status else reason)
        self.status = status


class Closed(Exception):
    """The connection has ended; `code` is the close code (RFC 6455), 1006 if there was no close frame."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Connection:
    """An open connection; one greenlet reads, any may send."""

    def __init__(self, stream: socket.socket, protocol: ClientProtocol) -> None:
        self._stream = stream
        self._protocol = protocol
        self._messages: deque[str] = deque()
        self._fragments: list[bytes] = []

    @property
    def subprotocol(self) -> str | None:
        return self._protocol.subprotocol

    def send(self, text: str) -> None:
        """Send a text message. Raises Closed."""
        if self._protocol.state is not State.OPEN:
            raise self._closed()
        self._protocol.send_text(text.encode())
        self._flush()

    def receive(self) -> str:
        """The next text message. Raises Closed."""
        while not self._messages:
            try:
                data = self._stream.recv(READ_BYTES)
            except OSError:
                raise self._closed() from None
            if data:
                self._protocol.receive_data(data)
            elif not self._protocol.eof_sent:
                self._protocol.receive_eof()
            self._flush()
            self._take_events()
            if not data and not self._messages:
                raise self._closed()
        return self._messages.popleft()

    def close(self) -> None:
        """Say goodbye; `receive` ends when the server has answered."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(1000)
            try:
                self._flush()
            except Closed:
                return

    def abort(self) -> None:
        """Drop the connection without a word, as a phone in a tunnel does (TCP reset)."""
        linger = struct.pack("ii", 1, 0)
        try:
            self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._stream.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._stream.close()

    def _flush(self) -> None:
        try:
            for data in self._protocol.data_to_send():
                if data:
                    self._stream.sendall(data)
        except OSError:
            raise self._closed() from None

    def _take_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in {Opcode.TEXT, Opcode.CONT}:
                if event.fin and not self._fragments:
                    self._messages.append(bytes(event.data).decode())
                    continue
                self._fragments.append(bytes(event.data))
                if event.fin:
                    self._messages.append(b"".join(self._fragments).decode())
                    self._fragments.clear()

    def _closed(self) -> Closed:
        received = self._protocol.close_rcvd
        return Closed(received.code if received else 1006)


def open_connection(url: str, subprotocols: list[str], timeout_seconds: float) -> Connection:
    """Connect and shake hands.

    Raises:
        Refused: no connection, no answer within `timeout_seconds`, or an answer other than 101.
    """
    protocol = ClientProtocol(
        parse_uri(url),
        subprotocols=[Subprotocol(each) for each in subprotocols] or None,
        max_size=MAX_MESSAGE_BYTES,
    )
    try:
        stream = _connect(url, timeout_seconds)
    except OSError as error:
        raise Refused(0, str(error)) from error
    connection = Connection(stream, protocol)
    try:
        protocol.send_request(protocol.connect())
        connection._flush()  # the handshake is part of the connection
        _shake_hands(stream, protocol)
    except (OSError, Closed) as error:
        stream.close()
        raise Refused(0, str(error) or "no answer") from error
    except BaseException:  # a member that leaves meanwhile too
        stream.close()
        raise
    stream.settimeout(None)
    connection._take_events()  # what came together with the handshake's answer
    return connection


def _connect(url: str, timeout_seconds: float) -> socket.socket:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    stream = socket.create_connection((parts.hostname, port), timeout=timeout_seconds)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if parts.scheme == "wss":
        return ssl.create_default_context().wrap_socket(stream, server_hostname=parts.hostname)
    return stream


def _shake_hands(stream: socket.socket, protocol: ClientProtocol) -> None:
    while protocol.state is State.CONNECTING:
        data = stream.recv(READ_BYTES)
        if data:
            protocol.receive_data(data)
        else:
            protocol.receive_eof()
        failure = protocol.handshake_exc
        if isinstance(failure, InvalidStatus):
            raise Refused(failure.response.status_code, failure.response.reason_phrase)
        if isinstance(failure, InvalidHandshake) or failure is not None:
            raise Refused(0, str(failure))
