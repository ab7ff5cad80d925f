"""Signature Version 4 as `@connections` demands it.

Source: IAM user guide, "Create a signed AWS API request"; error names as botocore reports them.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from botocore.utils import normalize_url_path

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)"
    r"/aws4_request,\s*SignedHeaders=(?P<headers>[a-z0-9;-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
CLOCK_SKEW_SECONDS = 300  # what AWS accepts either way


class Unsigned(Exception):
    """The request carries no Signature Version 4."""


class InvalidSignature(Exception):
    """The request's signature is for something else, too old, by an unknown key, or wrong."""


class SignedRequest(NamedTuple):
    """A request as it came in: `target` is the undecoded path with the query, `headers` ignore case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def check_signature(request: SignedRequest, region: str, secrets: Mapping[str, str], now: float) -> None:
    """Check that a request is signed for execute-api in `region`, and correctly if there are any `secrets`.

    `secrets` maps access key ids to secret keys, `now` is in epoch seconds.

    Raises:
        Unsigned, InvalidSignature: see there.
    """
    authorization = AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    if authorization is None:
        raise Unsigned
    if (authorization["region"], authorization["service"]) != (region, "execute-api"):
        raise InvalidSignature(f"Credential should be scoped to {region}/execute-api.")
    if secrets:
        _verify(request, authorization, secrets, now)


def _verify(
    request: SignedRequest, authorization: re.Match[str], secrets: Mapping[str, str], now: float
) -> None:
    if authorization["key"] not in secrets:
        raise InvalidSignature("The security token included in the request is invalid.")
    if "host" not in authorization["headers"].split(";"):
        raise InvalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.")
    timestamp = request.headers.get("X-Amz-Date", "")
    _check_time(timestamp, authorization["date"], now)
    scope = f"{authorization['date']}/{authorization['region']}/execute-api/aws4_request"
    canonical = hashlib.sha256(_canonical_request(request, authorization["headers"]).encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{canonical}"
    key = _signing_key(secrets[authorization["key"]], authorization["date"], authorization["region"])
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, authorization["signature"]):
        raise InvalidSignature(
            "The request signature we calculated does not match the signature you provided."
        )


def _check_time(timestamp: str, date: str, now: float) -> None:
    try:
        signed_at = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise InvalidSignature("Date must be in ISO-8601 'basic format'.") from error
    if not timestamp.startswith(date):
        raise InvalidSignature(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date."
        )
    if abs(now - signed_at) > CLOCK_SKEW_SECONDS:
        raise InvalidSignature("Signature expired.")


def _canonical_request(request: SignedRequest, signed_headers: str) -> str:
    path, _, query = request.target.partition("?")
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed_headers.split(";")
    )
    return "\n".join(
        (
            request.method,
            # Encoded on the wire already: all services but S3 resolve the dots, then encode once more.
            quote(normalize_url_path(path), safe="/~"),
            "&".join(sorted(query.split("&"))),
            headers,
            signed_headers,
            hashlib.sha256(request.body).hexdigest(),
        )
    )


@lru_cache(maxsize=64)
def _signing_key(secret: str, date: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, "execute-api", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
