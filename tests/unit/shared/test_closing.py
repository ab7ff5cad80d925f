"""Closing one connection, against a server that sees what is sent and what botocore would have signed."""

from datetime import UTC, datetime
from unittest.mock import patch
from urllib.error import HTTPError

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from shared.aws.closing import Close, closer
from shared.aws.sigv4 import StaticCredentials
from tests.unit.shared.scripted_server import ScriptedServer, answer, hang_up

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CREDENTIALS = StaticCredentials("AKIDEXAMPLE", "secret", "a+session/token==")


def closer_at(server: ScriptedServer) -> Close:
    return closer(
        f"http://127.0.0.1:{server.port}/local",
        region="eu-central-1",
        credentials=lambda: CREDENTIALS,
        clock=NOW.timestamp,
    )


@pytest.mark.parametrize("connection_id", ["L0SM9c=", "a/b+c%"])
def test_it_deletes_the_connection_as_botocore_would(connection_id: str) -> None:
    with ScriptedServer([answer(204)]) as server:
        closer_at(server)(connection_id)

        [request] = server.requests
        sent = AWSRequest(method="DELETE", url=f"http://{request.headers['host']}{request.path}", data=b"")
        with patch("botocore.auth.get_current_datetime", return_value=NOW):
            SigV4Auth(ReadOnlyCredentials(*CREDENTIALS), "execute-api", "eu-central-1").add_auth(sent)
        assert request.method == "DELETE"
        assert request.headers["authorization"] == sent.headers["Authorization"]


@pytest.mark.parametrize(("action", "failure"), [(answer(410), HTTPError), (hang_up, OSError)])
def test_what_is_not_closed_is_told_as_an_error_of_the_system(action: object, failure: type[OSError]) -> None:
    with ScriptedServer([action]) as server, pytest.raises(failure):  # type: ignore[list-item]  # one of its actions
        closer_at(server)("L0SM9c=")
