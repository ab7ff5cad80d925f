"""Lets clients of AWS sign by `Signer`: a sixth of what a call takes in the function."""

import hashlib
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.session import Session

from shared.aws.sigv4 import Credentials, Headers, Signer

if TYPE_CHECKING:
    from botocore.client import BaseClient

# X-Ray's header is written anew on the way.
_UNSIGNED = "x-amzn-trace-id"


def sign_with_signer(client: "BaseClient", session: Session, clock: Callable[[], float] = time.time) -> None:
    """Sign the requests of a client that does not sign itself (`signature_version=UNSIGNED`).

    What is signed is what botocore signs of them, and the signature is the same.

    Args:
        client: of a service whose requests are all POST to `/`: DynamoDB, SNS, SQS.
        session: has the credentials.
        clock: seconds since the epoch.
    """

    def credentials() -> Credentials:
        found = session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return cast("Credentials", found.get_frozen_credentials())

    @cache
    def signer_of(host: str) -> Signer:  # one, unless DynamoDB gives the account a host of its own
        return Signer(
            host=host,
            region=client.meta.region_name,
            service=client.meta.service_model.signing_name,
            credentials=credentials,
            clock=clock,
        )

    def sign(request: AWSRequest, **_: Any) -> None:
        signer = signer_of(urlsplit(cast("str", request.url)).netloc)
        body = cast("bytes", request.data if isinstance(request.data, bytes) else request.body)
        digest = hashlib.sha256(body).hexdigest()
        for line in signer.sign("POST", "/", digest, _signed(request)):
            name, value = line.split(": ", 1)
            request.headers[name] = value

    client.meta.events.register("request-created", sign)


def _signed(request: AWSRequest) -> Headers:
    """Return the headers that a signature has to cover (Signature Version 4: content type and x-amz-*)."""
    named = ((name.lower(), value) for name, value in request.headers.items())
    return tuple(
        (name, value)
        for name, value in named
        if name == "content-type" or (name.startswith("x-amz") and name != _UNSIGNED)
    )
