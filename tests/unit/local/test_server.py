"""What serves the emulator says what the emulator says, keeps connections, and ends when it is told to."""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

PATIENCE_SECONDS = 60.0
APP = """
from infra.local.emulator.server import serve

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        assert (await receive())["type"] == "lifespan.startup"
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        print("shut down", flush=True)
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = (await receive())["body"]
    length = (b"Content-Length", str(len(body)).encode())
    headers = [(b"Date", b"now"), (b"X-Path", scope["raw_path"]), length]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

serve(app)
"""


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    port: int

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)


@pytest.fixture
def server(unused_tcp_port: int) -> Iterator[Server]:
    environment = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(unused_tcp_port)}
    with subprocess.Popen(
        [sys.executable, "-c", APP], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        started = Server(process, unused_tcp_port)
        try:
            _wait_for(started)
            yield started
        finally:
            process.kill()


def _wait_for(server: Server) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while server.process.poll() is None and time.monotonic() < give_up:
        try:
            with closing(server.connection()) as connection:
                connection.connect()
                return
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise AssertionError("the server did not start")


def test_it_adds_nothing_to_what_the_emulator_answers(server: Server) -> None:
    with closing(server.connection()) as connection:
        for body in (b"one", b"two"):  # on one connection
            connection.request("POST", "/a%20b?c=d", body)
            answer = connection.getresponse()

            assert answer.read() == body
            headers = {name.lower(): value for name, value in answer.getheaders()}
            assert headers == {"date": "now", "x-path": "/a%20b", "content-length": "3"}


def test_it_ends_when_it_is_told_to_whoever_is_connected(server: Server) -> None:
    with closing(server.connection()) as idle:
        idle.request("POST", "/", b"")
        idle.getresponse().read()
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(PATIENCE_SECONDS)

    assert time.monotonic() - began < 2
    assert server.process.stdout is not None
    assert server.process.stdout.read() == "shut down\n"
