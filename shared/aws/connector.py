"""Opens verified connections to one endpoint without waiting: libcurl resolves, connects and shakes hands.

What then goes over a connection is the caller's: `Curl.send` and `Curl.recv` carry bytes through its TLS.
"""

import os

import pycurl

from shared.aws.failures import REFUSED, TIMED_OUT

CONNECT_TIMEOUT_SECONDS = 1.0


class Connector:
    """The connections to one endpoint.

    Args:
        url: of the endpoint; `https` for TLS.
        ca_file: the authorities that may vouch for it.
    """

    def __init__(self, url: str, *, ca_file: str) -> None:
        self._url = url
        self._ca_file = ca_file
        self._multi = pycurl.CurlMulti()

    def open(self) -> pycurl.Curl:
        """Begin to open a connection; `opened` goes on with it."""
        curl = pycurl.Curl()
        curl.setopt(pycurl.URL, self._url)
        curl.setopt(pycurl.CONNECT_ONLY, 1)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.CAINFO, os.fsencode(self._ca_file))  # pycurl takes text for ASCII
        # neither the loopback edge nor a NAT is reached through a proxy of the environment
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.TCP_NODELAY, 1)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, int(CONNECT_TIMEOUT_SECONDS * 1000))
        self._multi.add_handle(curl)
        return curl

    def opened(self) -> list[tuple[pycurl.Curl, str]]:
        """Go on with all that open; return those that are open now or have failed, and with why they have."""
        self._multi.perform()
        ended: list[tuple[pycurl.Curl, str]] = []
        remaining = 1
        while remaining:
            remaining, completed, failed = self._multi.info_read()
            ended += [(curl, "") for curl in completed]
            ended += [(curl, _failure(code, text)) for curl, code, text in failed]
        return ended

    def close(self, curl: pycurl.Curl) -> None:
        """Close a connection, be it open or still opening."""
        self._multi.remove_handle(curl)
        curl.close()


def _failure(code: int, text: str) -> str:
    match code:
        case pycurl.E_OPERATION_TIMEDOUT:
            return TIMED_OUT
        case pycurl.E_COULDNT_CONNECT:
            return REFUSED
        case _:
            return text or f"libcurl error {code}"
