import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from unittest.mock import patch
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from shared.aws.callback import Frame
from shared.aws.sigv4 import Credentials, Signer, StaticCredentials

HOST = "abc123.execute-api.eu-central-1.amazonaws.com"
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC).timestamp()

DIGEST = "0" * 64
EXTRA = (("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "DynamoDB.Query"))

connection_ids = st.text("ABCxyz019-_=+/.~@ %ü", min_size=1, max_size=24).filter(
    lambda i: i not in {".", ".."}
)
methods = st.sampled_from(["POST", "DELETE"])
bodies = st.binary(max_size=64)
keys = st.text("ABCDEFabcdef0123456789/+", min_size=1, max_size=40)
tokens = st.none() | st.text("ABCDEFabcdef0123456789/+=", min_size=1, max_size=900)
credentials = st.builds(StaticCredentials, keys, keys, tokens)
moments = st.floats(MIDNIGHT - 3, MIDNIGHT + 3) | st.floats(0, 4e9)
requests = st.tuples(methods, connection_ids, bodies, credentials, moments)

Parts = tuple[str, str, bytes, Credentials, float]


class Setting:
    """A signer whose clock and credentials the test moves."""

    def __init__(self) -> None:
        self.now = MIDNIGHT
        self.credentials: Credentials = StaticCredentials("AKIDEXAMPLE", "secret")
        self.asked = 0
        self.signer = Signer(
            host=HOST,
            region="eu-central-1",
            service="execute-api",
            credentials=self._ask,
            clock=lambda: self.now,
        )

    def _ask(self) -> Credentials:
        self.asked += 1
        return self.credentials

    def sign(
        self, method: str = "POST", connection_id: str = "L0SM9c=", body: bytes = b"{}"
    ) -> dict[str, str]:
        path = wire_path(connection_id)
        lines = self.signer.sign(method, quote(path, safe="/~"), Frame.of(body).digest)
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def wire_path(connection_id: str) -> str:
    return f"/prod/@connections/{quote(connection_id, safe='')}"


def botocore_sign(
    method: str, connection_id: str, body: bytes, signer: Credentials, now: float
) -> dict[str, str]:
    request = AWSRequest(method=method, url=f"https://{HOST}{wire_path(connection_id)}", data=body)
    moment = datetime.fromtimestamp(int(now), UTC)
    frozen = ReadOnlyCredentials(signer.access_key, signer.secret_key, signer.token)
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        SigV4Auth(frozen, "execute-api", "eu-central-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@given(st.lists(requests, min_size=1, max_size=5, unique_by=lambda request: int(request[-1])))
def test_every_request_is_signed_as_botocore_signs_it_whatever_changed_since_the_last(
    history: list[Parts],
) -> None:
    setting = Setting()
    for method, connection_id, body, signer, now in history:
        setting.credentials, setting.now = signer, now

        assert setting.sign(method, connection_id, body) == botocore_sign(
            method, connection_id, body, signer, now
        )


@given(st.lists(st.tuples(methods, connection_ids, bodies), min_size=1, max_size=10), credentials, moments)
def test_requests_of_one_second_are_signed_as_botocore_signs_them(
    parts: list[tuple[str, str, bytes]], signer: Credentials, now: float
) -> None:
    setting = Setting()
    setting.credentials, setting.now = signer, now
    for method, connection_id, body in parts:
        assert setting.sign(method, connection_id, body) == botocore_sign(
            method, connection_id, body, signer, now
        )

    assert setting.asked == 1


def test_refreshed_credentials_are_in_use_a_second_later() -> None:
    setting = Setting()
    setting.sign()
    setting.credentials = StaticCredentials("AKIDFRESH", "other", "session-token")
    same_second = setting.sign()
    setting.now += 1
    next_second = setting.sign()

    assert "Credential=AKIDEXAMPLE/" in same_second["authorization"]
    assert "x-amz-security-token" not in same_second
    assert next_second == botocore_sign("POST", "L0SM9c=", b"{}", setting.credentials, setting.now)


def test_the_key_is_derived_for_the_new_day_at_midnight() -> None:
    setting = Setting()
    setting.now = MIDNIGHT - 0.001
    before = setting.sign()
    setting.now = MIDNIGHT
    after = setting.sign()

    assert "/20261123/" in before["authorization"]
    assert after == botocore_sign("POST", "L0SM9c=", b"{}", setting.credentials, MIDNIGHT)


def test_threads_that_sign_as_a_second_begins_sign_each_for_one_second_alone() -> None:
    """Clients are used from many threads; what is of two seconds AWS refuses, and no emulator does."""
    ticks = count()
    switch_interval = sys.getswitchinterval()
    signer = _signer_at(lambda: MIDNIGHT + next(ticks) // 5)

    def sign() -> set[tuple[str, ...]]:
        return {tuple(signer.sign("POST", "/", DIGEST, EXTRA)) for _ in range(400)}

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as executor:
            several = [executor.submit(sign) for _ in range(8)]
            signed = set[tuple[str, ...]]().union(*(each.result() for each in several))
    finally:
        sys.setswitchinterval(switch_interval)

    assert len(signed) > 100
    assert [each for each in signed if each != _signed_alone(each)] == []


def _signer_at(clock: Callable[[], float]) -> Signer:
    credentials = StaticCredentials("key", "secret", "token")
    return Signer(
        host="dynamodb",
        region="eu-central-1",
        service="dynamodb",
        credentials=lambda: credentials,
        clock=clock,
    )


def _signed_alone(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a signer of that very second signs, if it is all alone."""
    (moment,) = (line.partition(": ")[2] for line in lines if line.startswith("x-amz-date"))
    at = datetime.strptime(moment, "%Y%m%dT%H%M%S%z").timestamp()
    return tuple(_signer_at(lambda: at).sign("POST", "/", DIGEST, EXTRA))
