"""Keeps web pages away from the callback port: a page that a developer visits must not use it."""

from collections.abc import Mapping

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


def is_from_a_page(headers: Mapping[str, str]) -> bool:
    """Return whether a browser sent the request for a page, or under a name that is not this machine's.

    Programs send neither `Origin` nor `Sec-Fetch-Site`; a person who types the address sends the latter with
    `none` (Fetch Metadata Request Headers, section 2.4). A foreign `Host` is how DNS rebinding shows.
    """
    host = headers.get("Host", "").rpartition(":")[0] or headers.get("Host", "")
    site = headers.get("Sec-Fetch-Site", "none")
    return host not in LOOPBACK_NAMES or "Origin" in headers or site != "none"
