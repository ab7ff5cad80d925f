"""Fetches a user pool's public keys."""

import json
from typing import Any
from urllib.request import urlopen

_TIMEOUT_SECONDS = 3.0


def fetch_jwks(url: str) -> dict[str, Any]:
    """Fetch the JWK set at `url` (RFC 7517).

    Raises:
        OSError: no answer, or not a good one.
        ValueError: the answer is not a JSON object.
    """
    with urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - settings admit only http(s)
        keys = json.load(answer)
    if not isinstance(keys, dict):
        raise ValueError("a JWK set is a JSON object")
    return keys
