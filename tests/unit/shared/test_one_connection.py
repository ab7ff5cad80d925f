"""Calls to one connection, against a server that sees what is sent and what botocore would have signed."""

from datetime import UTC, datetime
from unittest.mock import patch
from urllib.error import HTTPError

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from shared.aws.one_connection import Close, Post, closer, poster
from shared.aws.sigv4 import StaticCredentials
from tests.unit.shared.scripted_server import Request, ScriptedServer, answer, hang_up

REGION = "eu-central-1"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CREDENTIALS = StaticCredentials("AKIDEXAMPLE", "secret", "a+session/token==")


def closer_at(server: ScriptedServer) -> Close:
    url = f"http://127.0.0.1:{server.port}/local"
    return closer(url, region=REGION, credentials=lambda: CREDENTIALS, clock=NOW.timestamp)


def poster_at(server: ScriptedServer) -> Post:
    url = f"http://127.0.0.1:{server.port}/local"
    return poster(url, region=REGION, credentials=lambda: CREDENTIALS, clock=NOW.timestamp)


def signed(request: Request, body: bytes) -> str:
    """What botocore would have sent as authorization."""
    url = f"http://{request.headers['host']}{request.path}"
    sent = AWSRequest(method=request.method, url=url, data=body)
    with patch("botocore.auth.get_current_datetime", return_value=NOW):
        SigV4Auth(ReadOnlyCredentials(*CREDENTIALS), "execute-api", REGION).add_auth(sent)
    return str(sent.headers["Authorization"])


@pytest.mark.parametrize("connection_id", ["L0SM9c=", "a/b+c%"])
def test_it_deletes_the_connection_as_botocore_would(connection_id: str) -> None:
    with ScriptedServer([answer(204)]) as server:
        closer_at(server)(connection_id)

        [request] = server.requests
        assert request.method == "DELETE"
        assert request.headers["authorization"] == signed(request, b"")


def test_it_posts_a_frame_as_botocore_would() -> None:
    frame = '{"type":"read","data":{"roomId":"größe"}}'.encode()
    with ScriptedServer([answer(200)]) as server:
        poster_at(server)("L0SM9c=", frame)

        [request] = server.requests
        assert (request.method, request.body) == ("POST", frame)
        assert request.headers["authorization"] == signed(request, frame)


@pytest.mark.parametrize(("action", "failure"), [(answer(410), HTTPError), (hang_up, OSError)])
def test_what_is_not_closed_is_told_as_an_error_of_the_system(action: object, failure: type[OSError]) -> None:
    with ScriptedServer([action]) as server, pytest.raises(failure):  # type: ignore[list-item]  # one of its actions
        closer_at(server)("L0SM9c=")
