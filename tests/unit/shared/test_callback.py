import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.callback import Answer, CallbackClient, Frame, PoolExhausted
from shared.aws.sigv4 import StaticCredentials
from tests.unit.shared.scripted_server import (
    Action,
    Request,
    ScriptedServer,
    answer,
    answer_then_hang_up,
    hang_up,
    never,
    send_then_reset,
    tls,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CREDENTIALS = StaticCredentials("AKIDEXAMPLE", "secret", "a+session/token==")
HELLO = Frame.of(b'{"type":"newMessage"}')
LONG = 30.0  # seconds; a time-out no test waits for
SHORT = 0.05


def client_of(
    server: ScriptedServer, *, max_connections: int = 1, scheme: str = "http", ca_file: str | None = None
) -> CallbackClient:
    return CallbackClient(
        f"{scheme}://127.0.0.1:{server.port}/local",
        region="eu-central-1",
        credentials=lambda: CREDENTIALS,
        max_connections=max_connections,
        clock=NOW.timestamp,
        ca_file=ca_file,
    )


def post(client: CallbackClient, connection_id: str = "L0SM9c=", *, timeout_seconds: float = LONG) -> Answer:
    client.post(connection_id, HELLO, timeout_seconds=timeout_seconds, tag=connection_id)
    return only_answer(client)


def only_answer(client: CallbackClient) -> Answer:
    [one] = client.answers(LONG)
    return one


def expected_authorization(request: Request) -> str:
    """What botocore would have signed, had it sent what arrived."""
    sent = AWSRequest(
        method=request.method, url=f"http://{request.headers['host']}{request.path}", data=request.body
    )
    with patch("botocore.auth.get_current_datetime", return_value=NOW):
        SigV4Auth(ReadOnlyCredentials(*CREDENTIALS), "execute-api", "eu-central-1").add_auth(sent)
    return str(sent.headers["Authorization"])


def test_a_post_carries_the_frame_to_the_connection_and_its_tag_back() -> None:
    with ScriptedServer([answer(200)]) as server:
        client = client_of(server)
        client.post("L0SM9c=", HELLO, timeout_seconds=LONG, tag="mine")

        assert client.in_flight == 1
        assert only_answer(client) == Answer("mine", 200, "")
        assert client.in_flight == 0

    [request] = server.requests
    assert (request.method, request.path) == ("POST", "/local/@connections/L0SM9c%3D")
    assert request.body == HELLO.body
    assert request.headers["x-amz-security-token"] == CREDENTIALS.token
    assert not {"content-type", "accept", "expect"} & set(request.headers)


@pytest.fixture(scope="module")
def patient_server() -> Iterator[ScriptedServer]:
    with ScriptedServer([answer(200)]) as server:
        yield server


@given(
    connection_id=st.text("AZaz09-_=+/.~@ %ü", min_size=1).filter(lambda i: i not in {".", ".."}),
    closes=st.booleans(),
)
def test_what_arrives_is_signed_as_botocore_would_have_signed_it(
    patient_server: ScriptedServer, connection_id: str, closes: bool
) -> None:
    client = client_of(patient_server)
    if closes:
        client.close(connection_id, timeout_seconds=LONG, tag=None)
    else:
        client.post(connection_id, HELLO, timeout_seconds=LONG, tag=None)
    only_answer(client)

    request = patient_server.requests[-1]
    assert unquote(request.path.removeprefix("/local/@connections/")) == connection_id
    assert request.headers["authorization"] == expected_authorization(request)


def test_closing_is_a_delete_and_leaves_the_channel_fit_for_posting() -> None:
    with ScriptedServer([answer(204), answer(200)]) as server:
        client = client_of(server)
        client.close("L0SM9c=", timeout_seconds=LONG, tag="bye")

        assert only_answer(client) == Answer("bye", 204, "")
        assert post(client).status == 200

    assert [(r.method, r.body) for r in server.requests] == [("DELETE", b""), ("POST", HELLO.body)]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (410, b"", "410 Gone"),
        (403, b'{"message":"Forbidden"}', "403 Forbidden"),
        (413, b'{"message":"Message too long","connectionId":"x"}', "413 Message too long"),
        (429, b'{"message":"Too Many Requests"}', "429 Too Many Requests"),
        (500, b"<html>not JSON</html>", "500 Internal Server Error"),
        (503, b'["not an object"]', "503 Service Unavailable"),
        (502, b'{"message":"' + b"x" * 100_000 + b'"}', "502 Bad Gateway"),
        (599, b"", "599 "),
    ],
)
def test_an_error_is_named_by_its_status_and_message(status: int, body: bytes, reason: str) -> None:
    with ScriptedServer([answer(status, body)]) as server:
        assert post(client_of(server)) == Answer("L0SM9c=", status, reason)


FAULTS: list[tuple[Action, str]] = [
    (never, "timed out"),
    (hang_up, "connection reset"),
    (send_then_reset(b""), "connection reset"),
    (send_then_reset(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "connection reset"),
    (send_then_reset(b"SSH-2.0-OpenSSH_9.2\r\n"), "not HTTP"),
]


@pytest.mark.parametrize(("fault", "reason"), FAULTS)
def test_a_request_without_an_answer_says_why_and_the_next_one_is_not_harmed(
    fault: Action, reason: str
) -> None:
    with ScriptedServer([fault, answer(200)]) as server:
        client = client_of(server)

        assert post(client, timeout_seconds=SHORT if fault is never else LONG) == Answer(
            "L0SM9c=", None, reason
        )
        assert post(client) == Answer("L0SM9c=", 200, "")


def test_a_refused_connection_is_an_answer_without_status() -> None:
    with ScriptedServer([never]) as server:
        client = client_of(server)

    assert post(client) == Answer("L0SM9c=", None, "connection refused")
    assert post(client) == Answer("L0SM9c=", None, "connection refused")


def test_requests_share_a_kept_alive_connection() -> None:
    with ScriptedServer([answer(200)]) as server:
        client = client_of(server)
        assert [post(client).status for _ in range(5)] == [200] * 5

    assert {request.connection for request in server.requests} == {0}


def test_a_connection_closed_between_requests_costs_no_post() -> None:
    with ScriptedServer([answer_then_hang_up(200), answer(200)]) as server:
        client = client_of(server)
        assert [post(client, str(number)).status for number in range(3)] == [200] * 3

    delivered = [request.path.rpartition("/")[2] for request in server.requests]
    assert delivered == ["0", "1", "2"]


def test_a_kept_alive_connection_that_dies_without_a_word_is_replaced_and_the_post_repeated() -> None:
    with ScriptedServer([answer(200), hang_up, answer(200)]) as server:
        client = client_of(server)
        assert [post(client, str(number)).status for number in range(2)] == [200] * 2

    arrived = [(request.path.rpartition("/")[2], request.connection) for request in server.requests]
    assert arrived == [("0", 0), ("1", 0), ("1", 1)]


def test_many_requests_are_in_flight_at_once_and_each_answer_finds_its_tag() -> None:
    with ScriptedServer([answer(200)]) as server:
        client = client_of(server, max_connections=8)
        for number in range(8):
            client.post(str(number), HELLO, timeout_seconds=LONG, tag=number)
        with pytest.raises(PoolExhausted):
            client.post("one too many", HELLO, timeout_seconds=LONG, tag=8)
        tags: set[object] = set()
        while client.in_flight:
            tags |= {each.tag for each in client.answers(LONG)}

    assert tags == set(range(8))


def test_a_slow_request_does_not_hold_up_the_others() -> None:
    with ScriptedServer([never, answer(200)]) as server:
        client = client_of(server, max_connections=2)
        client.post("slow", HELLO, timeout_seconds=LONG, tag="slow")
        while not server.requests:
            client.answers(0.001)

        assert post(client, "quick") == Answer("quick", 200, "")
        assert client.in_flight == 1


def test_abandoned_requests_bring_no_answer_and_free_their_place() -> None:
    with ScriptedServer([never, answer(200)]) as server:
        client = client_of(server)
        client.post("forgotten", HELLO, timeout_seconds=LONG, tag="forgotten")
        while not server.requests:
            client.answers(0.001)
        client.abandon()

        assert client.in_flight == 0
        assert post(client, "next") == Answer("next", 200, "")


def test_waiting_with_nothing_in_flight_gives_nothing() -> None:
    with ScriptedServer([never]) as server:
        assert client_of(server).answers(0.001) == []


def test_the_environment_cannot_put_a_proxy_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as closed:
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("http_proxy", nowhere)
    monkeypatch.delenv("no_proxy", raising=False)
    with ScriptedServer([answer(200)]) as server:
        assert post(client_of(server)).status == 200


def test_posts_go_over_tls_to_an_endpoint_that_a_trusted_authority_vouches_for(certificate: Path) -> None:
    with ScriptedServer([answer(200)], secure=tls(certificate)) as server:
        client = client_of(server, scheme="https", ca_file=str(certificate))

        assert [post(client).status for _ in range(3)] == [200] * 3

    assert {request.connection for request in server.requests} == {0}


def test_an_endpoint_nobody_vouches_for_gets_no_post(certificate: Path) -> None:
    with ScriptedServer([answer(200)], secure=tls(certificate)) as server:
        answered = post(client_of(server, scheme="https"))

    assert answered.status is None
    assert "certificate" in answered.reason
    assert server.requests == []
