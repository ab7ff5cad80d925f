"""Starting and stopping."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidMessage
from websockets.sync.client import connect as connect_blocking

from infra.edge.events import Event
from infra.repository import ROOT
from tests.unit.edge.conftest import PATIENCE_SECONDS, Functions, StartEdge


async def test_at_the_end_clients_are_closed_with_1001_and_disconnect_is_called(
    start_edge: StartEdge, functions: Functions
) -> None:
    async with start_edge() as edge:
        clients = [await connect(edge.websocket_url) for _ in range(20)]
    with pytest.raises(ConnectionClosed) as closed:
        await clients[0].recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    codes = [(await functions.event("disconnect"))["requestContext"]["disconnectStatusCode"] for _ in clients]
    assert codes == [1001] * 20


async def test_what_does_not_end_by_itself_does_not_keep_the_edge_running(
    start_edge: StartEdge, functions: Functions
) -> None:
    functions.answers["tell"] = lambda _: asyncio.Event().wait()
    functions.answers["disconnect"] = lambda _: asyncio.Event().wait()
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with start_edge() as edge:
            deaf = await connect(edge.websocket_url)
            deaf.transport.pause_reading()
            busy = await connect(edge.websocket_url)
            await busy.send('{"action":"tell"}')
            await functions.event("tell")
    deaf.transport.abort()

    assert functions.calls("disconnect") == 2


async def test_a_handshake_under_way_does_not_keep_the_edge_running(
    start_edge: StartEdge, functions: Functions
) -> None:
    async def never(_event: Event) -> object:
        return await asyncio.Event().wait()

    functions.answers["connect"] = never

    async with asyncio.timeout(PATIENCE_SECONDS):
        async with start_edge() as edge:
            handshake = asyncio.create_task(connect(edge.websocket_url).__aenter__())
            await functions.event("connect")
        with pytest.raises(InvalidMessage):
            await handshake


async def test_two_edges_run_side_by_side(start_edge: StartEdge) -> None:
    async with start_edge() as one, start_edge() as other:
        assert one.websocket_url != other.websocket_url
        async with connect(one.websocket_url), connect(other.websocket_url):
            assert (one.stats["handshakes.101"], other.stats["handshakes.101"]) == (1, 1)


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m infra.edge`, killed at the end if need be."""
    command = [sys.executable, "-m", "infra.edge", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "error"}, **pipes) as child:
        try:
            yield child
        finally:
            child.kill()


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "edge.json"
    file.write_text(json.dumps({"routes": {"$default": {"function": "f"}}}))
    return str(file)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_says_where_it_listens_and_stops_on_a_signal(config: str, number: signal.Signals) -> None:
    with process("--config", config) as child:
        assert child.stdout is not None
        ready = json.loads(child.stdout.readline())
        with connect_blocking(ready["websocketUrl"]) as client:
            child.send_signal(number)
            with pytest.raises(ConnectionClosed) as closed:
                client.recv(timeout=PATIENCE_SECONDS)
        output, errors = child.communicate(timeout=PATIENCE_SECONDS)

    assert ready.keys() == {"ready", "websocketUrl", "callbackUrl", "adminUrl"}
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    assert (child.returncode, output, errors) == (0, "", "")


def test_a_wrong_settings_file_ends_the_process_with_2_and_one_line(tmp_path: Path) -> None:
    file = tmp_path / "edge.json"
    file.write_text('{"routes": {"$default": {}}}')
    with process("--config", str(file)) as child:
        output, errors = child.communicate(timeout=PATIENCE_SECONDS)

    assert (child.returncode, output) == (2, "")
    assert errors == f"{file}: routes.$default.function: Field required\n"


def test_half_of_the_credentials_ends_the_process_with_2_and_names_the_variable(
    config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    with process("--config", config) as child:
        _, errors = child.communicate(timeout=PATIENCE_SECONDS)

    assert child.returncode == 2
    assert "AWS_SECRET_ACCESS_KEY" in errors
    assert errors.count("\n") == 1


def test_a_taken_port_ends_the_process_with_2_and_one_line(config: str) -> None:
    with process("--config", config) as first:
        assert first.stdout is not None
        port = json.loads(first.stdout.readline())["websocketUrl"].rpartition(":")[2].partition("/")[0]
        with process("--config", config, "--port", port) as second:
            _, errors = second.communicate(timeout=PATIENCE_SECONDS)

    assert second.returncode == 2
    assert errors.startswith("cannot listen: ")
    assert errors.count("\n") == 1
