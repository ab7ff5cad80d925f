"""What is left when everything but the work is left out: a bound, not a product.

Sockets under one epoll, TLS, our signatures; no time-outs, no reconnects, no partial writes, and an answer
must come in one read. Nothing in Python on this core can be expected to post faster.
"""

import select
import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from shared.aws.callback import Frame
from shared.aws.sigv4 import Signer, StaticCredentials
from tests.bench.posts.workload import Workload, measure


def warm(workload: Workload) -> list[ssl.SSLSocket]:
    address = urlsplit(workload.callback_url)
    context = ssl.create_default_context(cafile=workload.ca_file)
    streams = []
    for _ in range(workload.connections):
        plain = socket.create_connection((address.hostname, address.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        streams.append(context.wrap_socket(plain, server_hostname=address.hostname))
        streams[-1].setblocking(False)
    return streams


def send(streams: list[ssl.SSLSocket], workload: Workload, connection_ids: list[str]) -> Iterator[int]:
    address, frame = urlsplit(workload.callback_url), Frame.of(workload.body.encode())
    credentials = StaticCredentials(workload.access_key, workload.secret_key, workload.session_token)
    signer = Signer(
        host=address.netloc,
        region=workload.region,
        service="execute-api",
        credentials=lambda: credentials,
        clock=time.time,
    )
    path, length = f"{address.path}/@connections/", len(frame.body)
    canonical_path = quote(path)

    def post(stream: ssl.SSLSocket, connection_id: str) -> None:
        wire_id = quote(connection_id, safe="")
        headers = "\r\n".join(signer.sign("POST", canonical_path + wire_id.replace("%", "%25"), frame.digest))
        head = f"POST {path}{wire_id} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {length}\r\n"
        stream.send((head + headers + "\r\n\r\n").encode() + frame.body)

    left, by_fd, busy = iter(connection_ids), {stream.fileno(): stream for stream in streams}, 0
    with select.epoll() as poll:
        for stream, connection_id in zip(streams, left, strict=False):
            poll.register(stream, select.EPOLLIN)
            post(stream, connection_id)
            busy += 1
        while busy:
            for fd, _ in poll.poll():
                try:
                    answer = by_fd[fd].recv(65536)
                except ssl.SSLWantReadError:
                    continue  # a session ticket, not an answer
                yield int(answer[9:12])
                busy -= 1
                if connection_id := next(left, ""):
                    post(by_fd[fd], connection_id)
                    busy += 1


if __name__ == "__main__":
    measure(warm, send)
