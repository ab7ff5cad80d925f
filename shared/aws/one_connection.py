"""Closes one connection, posts to one, or looks whether it is there, by `@connections`.

For many at once there is `shared.aws.callback`.
"""

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
_OPENER = build_opener(ProxyHandler({}))  # the endpoint is reached through no proxy of the environment

Close = Callable[[str], None]
"""Closes the connection of that id. Raises OSError when it is not closed by it."""
Post = Callable[[str, bytes], None]
"""Posts a frame to the connection of that id. Raises OSError when it is not taken."""
Look = Callable[[str], None]
"""Looks at the connection of that id. Raises OSError: it is gone (HTTPError 410), or cannot be looked at."""
_Credentials = Callable[[], Credentials]


class CallbackSettings(Settings):
    """Where connections are posted to and closed."""

    websocket_callback_url: WebAddress


def close_connection(environ: Mapping[str, str], session: Session) -> Close:
    """Return what closes connections of this environment. Raises ConfigurationError."""
    url = load(CallbackSettings, environ).websocket_callback_url
    return closer(url, region=environ["AWS_REGION"], credentials=_credentials_of(session))


def post_to_connection(environ: Mapping[str, str], session: Session) -> Post:
    """Return what posts to connections of this environment. Raises ConfigurationError."""
    url = load(CallbackSettings, environ).websocket_callback_url
    return poster(url, region=environ["AWS_REGION"], credentials=_credentials_of(session))


def look_at_connection(environ: Mapping[str, str], session: Session) -> Look:
    """Return what looks at connections of this environment. Raises ConfigurationError."""
    url = load(CallbackSettings, environ).websocket_callback_url
    return looker(url, region=environ["AWS_REGION"], credentials=_credentials_of(session))


def closer(
    callback_url: str,
    *,
    region: str,
    credentials: _Credentials,
    clock: Callable[[], float] = time.time,
) -> Close:
    """Return what closes connections of one API stage.

    Args:
        callback_url: `https://{api}.execute-api.{region}.amazonaws.com/{stage}`.
        region: where that is.
        credentials: such as botocore's `get_frozen_credentials`.
        clock: seconds since the epoch, for the signature.
    """
    request = _requests(callback_url, region, credentials, clock)
    return lambda connection_id: request("DELETE", connection_id, None)


def poster(
    callback_url: str,
    *,
    region: str,
    credentials: _Credentials,
    clock: Callable[[], float] = time.time,
) -> Post:
    """Return what posts to connections of one API stage; the arguments are those of `closer`."""
    request = _requests(callback_url, region, credentials, clock)
    return lambda connection_id, frame: request("POST", connection_id, frame)


def looker(
    callback_url: str,
    *,
    region: str,
    credentials: _Credentials,
    clock: Callable[[], float] = time.time,
) -> Look:
    """Return what looks at connections of one API stage; the arguments are those of `closer`."""
    request = _requests(callback_url, region, credentials, clock)
    return lambda connection_id: request("GET", connection_id, None)


def _requests(
    callback_url: str, region: str, credentials: _Credentials, clock: Callable[[], float]
) -> Callable[[str, str, bytes | None], None]:
    address = urlsplit(callback_url)
    signer = Signer(
        host=address.netloc, region=region, service="execute-api", credentials=credentials, clock=clock
    )

    def request(method: str, connection_id: str, body: bytes | None) -> None:
        path = f"{address.path.rstrip('/')}/@connections/{quote(connection_id, safe='')}"
        lines = signer.sign(method, quote(path), hashlib.sha256(body or b"").hexdigest())
        headers = dict(line.split(": ", 1) for line in lines)
        url = f"{address.scheme}://{address.netloc}{path}"
        asked = Request(url, body, headers, method=method)  # noqa: S310 - settings admit only http(s)
        _OPENER.open(asked, timeout=_TIMEOUT_SECONDS).close()

    return request


def _credentials_of(session: Session) -> _Credentials:
    def credentials() -> Credentials:
        found = session.get_credentials()
        if found is None:
            raise PermissionError("there are no AWS credentials")
        return cast("Credentials", found.get_frozen_credentials())

    return credentials
