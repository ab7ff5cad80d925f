"""Clients read of AWS what botocore's own read."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from threading import Barrier, Thread

import pytest
from botocore.loaders import Loader

from infra.release.package import sample_environment
from infra.topology.model import Topology
from shared.aws.clients import PROMPT_CONNECTIONS, aws_session, prompt_dynamodb_client


class Table(ThreadingHTTPServer):
    """Answers calls once `PROMPT_CONNECTIONS` of them are there; `opened` are the connections to it."""

    daemon_threads = True
    request_queue_size = 2 * PROMPT_CONNECTIONS

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.opened: list[object] = []
        self.all_there = Barrier(PROMPT_CONNECTIONS)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Table

    def setup(self) -> None:
        super().setup()
        self.server.opened.append(self.client_address)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.all_there.wait(timeout=30)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def table() -> Iterator[Table]:
    with Table() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.usefixtures("aws")
def test_whoever_calls_at_once_keeps_the_connections_for_the_next_time(
    table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    """A connection that is thrown away is a warning in the log, and a TLS handshake for whoever is next."""
    environ = {"DYNAMODB_ENDPOINT": f"http://127.0.0.1:{table.server_address[1]}"}
    client = prompt_dynamodb_client(aws_session(), environ)

    with ThreadPoolExecutor(PROMPT_CONNECTIONS) as executor, caplog.at_level(logging.WARNING):
        for _ in range(2):
            list(executor.map(lambda _: client.list_tables(), range(PROMPT_CONNECTIONS)))

    assert len(table.opened) == PROMPT_CONNECTIONS
    assert caplog.messages == []


def test_the_fan_out_has_no_more_threads_than_that(
    topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sample_environment("fanout", topology).items():
        monkeypatch.setenv(name, value)
    fanout = import_module("services.fanout.handlers.fanout")

    # Rooms of messages, rooms of events, and deletions; to SQS go fewer.
    to_dynamodb = 2 * fanout._READING_THREADS + fanout._FORGETTING_THREADS
    assert max(to_dynamodb, fanout._SENDING_THREADS) <= PROMPT_CONNECTIONS


@pytest.mark.parametrize("service", ["dynamodb", "sns", "sqs"])
@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_service_models_are_botocores(service: str, kind: str) -> None:
    ours = aws_session().get_component("data_loader")

    assert ours.load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_endpoints_are_botocores() -> None:
    ours = aws_session().get_component("data_loader")

    assert ours.load_data("endpoints") == Loader().load_data("endpoints")
