"""An HTTP server for one test that answers each request as told, down to what no HTTP library would send."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int  # which TCP connection brought it, counted from 0


Action = Callable[[socket.socket, threading.Event], bool]
"""Answers one request; true if the connection is to be kept. The event is set when the server stops."""


def answer(status: int, body: bytes = b"") -> Action:
    def act(peer: socket.socket, stopped: threading.Event) -> bool:
        peer.sendall(f"HTTP/1.1 {status} Whatever\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return True

    return act


def answer_then_hang_up(status: int) -> Action:
    """Break the keep-alive promise: the answer does not say that the connection ends."""

    def act(peer: socket.socket, stopped: threading.Event) -> bool:
        answer(status)(peer, stopped)
        return False

    return act


def send_then_reset(sent: bytes) -> Action:
    def act(peer: socket.socket, stopped: threading.Event) -> bool:
        peer.sendall(sent)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return act


def hang_up(peer: socket.socket, stopped: threading.Event) -> bool:
    return False


def never(peer: socket.socket, stopped: threading.Event) -> bool:
    stopped.wait()
    return False


def tls(certificate: Path) -> Callable[[socket.socket], socket.socket]:
    """What `secure` takes: the server's side of TLS by a file of certificate and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return lambda peer: context.wrap_socket(peer, server_side=True)


@dataclass
class ScriptedServer:
    """Listens on a free loopback port; takes the actions in turn and the last one for ever.

    Args:
        secure: wraps each accepted socket, for TLS.
    """

    actions: list[Action]
    secure: Callable[[socket.socket], socket.socket] = lambda peer: peer
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._streams: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for stream in self._streams:
            with suppress(OSError):  # hung up already
                socket.socket.shutdown(stream, socket.SHUT_RDWR)  # under TLS, if there is any
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(peer, len(self._threads) - 1))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket, number: int) -> None:
        with peer:
            try:
                with self.secure(peer) as stream, stream.makefile("rb") as reader:
                    self._streams.append(stream)
                    while (request := _read(reader.readline, reader.read, number)) and self._act(
                        request, stream
                    ):
                        pass
            except OSError:
                return  # the client went away, or would not trust the certificate

    def _act(self, request: Request, stream: socket.socket) -> bool:
        with self._lock:
            self.requests.append(request)
            action = self.actions.pop(0) if len(self.actions) > 1 else self.actions[0]
        return action(stream, self._stopped)


def _read(readline: Callable[[], bytes], read: Callable[[int], bytes], connection: int) -> Request | None:
    start = readline().decode()
    if not start:
        return None
    method, path, _ = start.split(" ")
    headers: dict[str, str] = {}
    while line := readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(method, path, headers, read(int(headers.get("content-length", 0))), connection)
