"""Posts and handshakes a second of one edge process on one core: `python tests/bench/edge_rates.py`.

The load comes from this process on another core, over plain sockets, with requests signed ahead by botocore,
so that the edge is what is measured. `--verify` makes the edge recompute every signature.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
import psutil
import uvloop
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS_KEY, SECRET_KEY, REGION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1"
BODY = b'{"type":"newMessage","data":{"content":"' + b"x" * 250 + b'"}}'
HTTP_CONNECTIONS = 64


class Handshake(asyncio.Protocol):
    """A WebSocket client that connects, and then throws away what it gets."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.opened = asyncio.get_running_loop().create_future()
        self._request = (
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]  # a TCP transport writes

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            assert data.startswith(b"HTTP/1.1 101"), data
            self.opened.set_result(None)


class Poster(asyncio.Protocol):
    """Sends its requests one after another over one connection and checks each answer."""

    def __init__(self, requests: list[bytes]) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self._requests = iter(requests)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = transport.write  # type: ignore[attr-defined]  # a TCP transport writes
        self._write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        assert data.startswith(b"HTTP/1.1 200"), data
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
        else:
            self._write(request)


def signed_post(callback_url: str, connection_id: str) -> bytes:
    """The bytes of a POST to a connection, with botocore's signature."""
    url = f"{callback_url}/@connections/{quote(connection_id, safe='')}"
    request = AWSRequest(method="POST", url=url, data=BODY, headers={"Host": urlsplit(url).netloc})
    SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "execute-api", REGION).add_auth(request)
    headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return (
        f"POST {urlsplit(url).path} HTTP/1.1\r\n{headers}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    )


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


async def handshakes(websocket_url: str, count: int) -> None:
    """Open `count` connections, 64 at a time."""
    host, port = address(websocket_url)
    slots = asyncio.Semaphore(64)

    async def one() -> None:
        async with slots:
            _, client = await asyncio.get_running_loop().create_connection(
                lambda: Handshake(websocket_url), host, port
            )
            await client.opened

    await asyncio.gather(*(one() for _ in range(count)))


async def posts(callback_url: str, requests: list[bytes]) -> None:
    """Send all requests over `HTTP_CONNECTIONS` connections side by side."""
    host, port = address(callback_url)
    posters = [
        await asyncio.get_running_loop().create_connection(
            partial(Poster, requests[number::HTTP_CONNECTIONS]), host, port
        )
        for number in range(HTTP_CONNECTIONS)
    ]
    await asyncio.gather(*(poster.done for _, poster in posters))


def report(what: str, count: int, wall_seconds: float, cpu_seconds: float) -> None:
    per_second, per_cpu_second = count / wall_seconds, count / cpu_seconds
    sys.stdout.write(f"{what:12} {per_second:9,.0f} /s {per_cpu_second:9,.0f} per CPU-second of the edge\n")


async def measure(
    edge: psutil.Process, urls: dict[str, str], connections: int, count: int, rounds: int
) -> None:
    """Print one line for the handshakes and one for each round of posts."""

    def cpu() -> float:
        times = edge.cpu_times()
        return float(times.user + times.system)

    started, used = time.perf_counter(), cpu()
    await handshakes(urls["websocketUrl"], connections)
    report("handshakes", connections, time.perf_counter() - started, cpu() - used)
    async with (
        aiohttp.ClientSession() as session,
        session.get(urls["adminUrl"] + "/connections") as listed,
    ):
        ids = [connection["connectionId"] for connection in await listed.json()]
    signed = [signed_post(urls["callbackUrl"], connection_id) for connection_id in ids]
    requests = [signed[number % len(signed)] for number in range(count)]
    for _ in range(rounds):
        started, used = time.perf_counter(), cpu()
        await posts(urls["callbackUrl"], requests)
        report("posts", count, time.perf_counter() - started, cpu() - used)
    sys.stdout.write(
        f"{'memory':12} {edge.memory_info().rss / 2**20:9,.0f} MiB with {connections} connections\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--verify", action="store_true")
    arguments = parser.parse_args()
    settings = {
        "region": REGION,
        "routes": {"$default": {"function": "unused"}},
        "credentials": {ACCESS_KEY: SECRET_KEY} if arguments.verify else {},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump(settings, config)
        config.flush()
        command = [sys.executable, "-m", "infra.edge", "--config", config.name]
        root = Path(__file__).parents[2]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            edge = psutil.Process(process.pid)
            cores = sorted(os.sched_getaffinity(0))
            edge.cpu_affinity([cores[0]])
            psutil.Process().cpu_affinity([cores[-1]])
            try:
                uvloop.run(measure(edge, urls, arguments.connections, arguments.posts, arguments.rounds))
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
