"""Clients of AWS send what they would send if botocore signed for them."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HTTPHeaders
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from shared.aws.clients import aws_session
from shared.aws.signing import sign_with_signer

NOW = datetime(2026, 11, 28, 3, 20, tzinfo=UTC)
QUEUE = "https://sqs.eu-central-1.amazonaws.com/000000000000/shard-0"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("delete_item", {"TableName": "table", "Key": {"roomId": {"S": "room ü"}}}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:eu-central-1:000000000000:t", "Message": "a b&c=ü"}),
    "sqs": ("send_message", {"QueueUrl": QUEUE, "MessageBody": "body"}),
}
ANSWERS = {"sns": b"<PublishResponse><PublishResult/></PublishResponse>"}


class Wire:
    """Sees requests in place of AWS."""

    def __init__(self, session: Session) -> None:
        self.sent: list[AWSPreparedRequest] = []
        self.failing = 0
        answer: Any = self._answer  # botocore's stubs know no handler that answers
        session.register("before-send", answer)

    def _answer(self, **told: Any) -> AWSResponse:
        request: AWSPreparedRequest = told["request"]
        self.sent.append(request)
        status = 500 if len(self.sent) <= self.failing else 200
        service = request.url.split("//")[1].split(".")[0]
        return _Answer(request.url, status, HTTPHeaders(), ANSWERS.get(service, b"{}"))


class _Answer(AWSResponse):
    def __init__(self, url: str, status: int, headers: HTTPHeaders, body: bytes) -> None:
        super().__init__(url, status, headers, None)
        self._content = body


def sent_by(service: str, *, signs_itself: bool, token: str | None = None, failing: int = 0) -> Any:
    session = aws_session()
    wire = Wire(session)
    wire.failing = failing
    session.set_credentials("AKIDEXAMPLE", "secret", token)
    config = Config(user_agent="tests", retries={"mode": "standard", "total_max_attempts": 2})
    if not signs_itself:
        config = config.merge(Config(signature_version=UNSIGNED))
    client = session.create_client(service, "eu-central-1", config=config)
    if not signs_itself:
        sign_with_signer(client, session, NOW.timestamp)
    operation, arguments = CALLS[service]
    with patch("botocore.auth.get_current_datetime", return_value=NOW):
        getattr(client, operation)(**arguments)
    return wire.sent


def lines_of(request: AWSPreparedRequest) -> dict[str, str]:
    headers = {name.lower(): value for name, value in request.headers.items()}
    of_each_call = {"amz-sdk-invocation-id"}
    return {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
        if name not in of_each_call
    }


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("token", ["a token", None])
def test_a_request_is_the_one_that_botocore_signs(service: str, token: str | None) -> None:
    (ours,) = sent_by(service, signs_itself=False, token=token)
    (botocores,) = sent_by(service, signs_itself=True, token=token)

    assert "authorization" in lines_of(ours)
    assert lines_of(ours) == lines_of(botocores)
    assert (ours.method, ours.url, ours.body) == (botocores.method, botocores.url, botocores.body)


def test_a_repetition_is_signed_as_well() -> None:
    first, second = sent_by("dynamodb", signs_itself=False, failing=1)

    assert lines_of(second)["authorization"] == lines_of(first)["authorization"]


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    session = aws_session()
    wire = Wire(session)
    monkeypatch.setattr(session, "get_credentials", lambda: None)
    client: Any = session.create_client("dynamodb", "eu-central-1", config=Config(signature_version=UNSIGNED))
    sign_with_signer(client, session)

    with pytest.raises(NoCredentialsError):
        client.delete_item(TableName="table", Key={"roomId": {"S": "room"}})
    assert not wire.sent
