"""Closes one connection by `@connections`. For many at once there is `shared.aws.callback`, by libcurl."""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from botocore.session import Session

from shared.aws.sigv4 import Credentials, Signer
from shared.settings import Settings, WebAddress, load

_TIMEOUT_SECONDS = 1.0
_NOTHING = hashlib.sha256(b"").hexdigest()
_OPENER = build_opener(ProxyHandler({}))  # the endpoint is reached through no proxy of the environment

Close = Callable[[str], None]
"""Closes the connection of that id. Raises OSError when it is not closed by it."""


class ClosingSettings(Settings):
    """Where connections are closed."""

    websocket_callback_url: WebAddress


def close_connection(environ: Mapping[str, str], session: Session) -> Close:
    """Return what closes connections of this environment. Raises ConfigurationError."""
    url = load(ClosingSettings, environ).websocket_callback_url

    def close(connection_id: str) -> None:
        found = session.get_credentials()
        if found is None:
            raise PermissionError("there are no AWS credentials")
        credentials = cast("Credentials", found.get_frozen_credentials())
        closer(url, region=environ["AWS_REGION"], credentials=lambda: credentials)(connection_id)

    return close


def closer(
    callback_url: str,
    *,
    region: str,
    credentials: Callable[[], Credentials],
    clock: Callable[[], float] = time.time,
) -> Close:
    """Return what closes connections of one API stage.

    Args:
        callback_url: `https://{api}.execute-api.{region}.amazonaws.com/{stage}`.
        region: where that is.
        credentials: such as botocore's `get_frozen_credentials`.
        clock: seconds since the epoch, for the signature.
    """
    address = urlsplit(callback_url)
    signer = Signer(
        host=address.netloc, region=region, service="execute-api", credentials=credentials, clock=clock
    )

    def close(connection_id: str) -> None:
        path = f"{address.path.rstrip('/')}/@connections/{quote(connection_id, safe='')}"
        lines = signer.sign("DELETE", quote(path), _NOTHING)
        headers = dict(line.split(": ", 1) for line in lines)
        url = f"{address.scheme}://{address.netloc}{path}"
        request = Request(url, headers=headers, method="DELETE")  # noqa: S310 - settings admit only http(s)
        _OPENER.open(request, timeout=_TIMEOUT_SECONDS).close()

    return close
