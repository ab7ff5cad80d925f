from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict

from infra.edge.signatures import InvalidSignature, SignedRequest, Unsigned, check_signature

SECRETS = {"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
REGION = "eu-central-1"


def signed(
    connection_id: str = "L0SM9cOFvHcCIhw=",
    body: bytes = b"hello",
    *,
    method: str = "POST",
    secret: str = SECRETS["AKIDEXAMPLE"],
    token: str | None = None,
    region: str = REGION,
    service: str = "execute-api",
    connections: str = "@connections",
) -> SignedRequest:
    """A request as botocore signs it now."""
    url = f"http://127.0.0.1:4567/prod/{connections}/{quote(connection_id, safe='')}"
    request = AWSRequest(method=method, url=url, data=body, headers={"Host": "127.0.0.1:4567"})
    SigV4Auth(Credentials("AKIDEXAMPLE", secret, token), service, region).add_auth(request)
    return SignedRequest(method, urlsplit(url).path, CIMultiDict(request.headers.items()), body)


def changed(request: SignedRequest, name: str, value: str) -> CIMultiDict[str]:
    headers = CIMultiDict(request.headers)
    headers[name] = value
    return headers


# Signed only when the test runs: a signature is worth nothing after five minutes.
Forge = Callable[[], SignedRequest]


def check(request: SignedRequest, *, later: float = 0, secrets: dict[str, str] | None = None) -> None:
    now = datetime.now(UTC).timestamp() + later
    check_signature(request, REGION, SECRETS if secrets is None else secrets, now)


@given(
    connection_id=st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=24
    ),
    body=st.binary(max_size=200),
    method=st.sampled_from(["POST", "GET", "DELETE"]),
    token=st.one_of(st.none(), st.text("AbC123/+=", min_size=1)),
    connections=st.sampled_from(["@connections", "%40connections"]),
)
@example(connection_id=".", body=b"", method="POST", token=None, connections="@connections")
def test_what_botocore_signed_is_accepted(
    connection_id: str, body: bytes, method: str, token: str | None, connections: str
) -> None:
    check(signed(connection_id, body, method=method, token=token, connections=connections))


@pytest.mark.parametrize(
    "forge",
    [
        lambda: signed()._replace(body=b"another"),
        lambda: signed()._replace(method="DELETE"),
        lambda: signed()._replace(target="/prod/@connections/another%3D"),
        lambda: signed(secret="another"),
        lambda: signed(token="token")._replace(
            headers=changed(signed(token="token"), "X-Amz-Security-Token", "x")
        ),
    ],
    ids=["body", "method", "path", "secret", "token"],
)
def test_a_request_that_differs_from_what_was_signed_is_refused(forge: Forge) -> None:
    with pytest.raises(InvalidSignature, match="does not match"):
        check(forge())


@pytest.mark.parametrize(
    "forge", [lambda: signed(region="us-east-1"), lambda: signed(service="lambda")], ids=["region", "service"]
)
def test_a_signature_for_another_region_or_service_is_refused_even_without_known_keys(
    forge: Forge,
) -> None:
    with pytest.raises(InvalidSignature, match="scoped to eu-central-1/execute-api"):
        check(forge(), secrets={})


@pytest.mark.parametrize("later", [-301, 301])
def test_an_old_signature_and_one_of_the_future_are_refused(later: int) -> None:
    with pytest.raises(InvalidSignature, match="expired"):
        check(signed(), later=later)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="token"):
        check(signed(), secrets={"ANOTHER": "x"})


@pytest.mark.parametrize("date", ["", "yesterday", "20010101T000000Z"])
def test_a_wrong_date_is_refused(date: str) -> None:
    request = signed()

    with pytest.raises(InvalidSignature, match="Date"):
        check(request._replace(headers=changed(request, "X-Amz-Date", date)))


def test_a_signature_that_leaves_out_the_host_is_refused() -> None:
    request = signed()
    authorization = request.headers["Authorization"].replace("SignedHeaders=host;", "SignedHeaders=")

    with pytest.raises(InvalidSignature, match="Host"):
        check(request._replace(headers=changed(request, "Authorization", authorization)))


@pytest.mark.parametrize("header", [None, "", "Bearer x", "AWS4-HMAC-SHA256 Credential=x"])
def test_a_request_without_a_signature_is_unsigned(header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    with pytest.raises(Unsigned):
        check(signed()._replace(headers=headers), secrets={})
