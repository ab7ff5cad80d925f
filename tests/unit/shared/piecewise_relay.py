"""A TCP relay for one test that hands on what it gets in small pieces, so that nothing arrives whole."""

import socket
import threading
from contextlib import suppress
from typing import Self


class PiecewiseRelay:
    """Listens on a free loopback port and relays to another one.

    Args:
        port: of the far end.
        piece_bytes: how much is handed on at a time.
    """

    def __init__(self, port: int, piece_bytes: int) -> None:
        self._far_end = ("127.0.0.1", port)
        self._piece_bytes = piece_bytes
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for each in self._sockets:
            with suppress(OSError):  # hung up already
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        for each in self._sockets:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._far_end)
            self._sockets += [near, far]
            for source, sink in ((near, far), (far, near)):
                sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                thread = threading.Thread(target=self._relay, args=(source, sink))
                self._threads.append(thread)
                thread.start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(self._piece_bytes):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
