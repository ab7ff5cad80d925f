"""One kept-alive connection to an endpoint, and the exchange on it."""

from dataclasses import dataclass

import pycurl

from shared.aws.answer_reader import AnswerReader
from shared.aws.failures import RESET, UNASKED, Broken

READ_BYTES = 4096  # several times a usual answer


@dataclass(slots=True, eq=False)
class Exchange:
    """One request, and how it ended.

    Attributes:
        request: head and body.
        due: when it times out, by the monotonic clock.
        tag: the caller's own.
        status: of the answer; None if there was none.
        body: the beginning of the answer's.
        failure: why there was no answer.
    """

    request: bytes
    due: float
    tag: object
    status: int | None = None
    body: bytes = b""
    failure: str = ""


class Channel:
    """A connection that libcurl opens or has opened.

    Attributes:
        fd: the socket; -1 until it is open.
        exchange: the one under way.
        began_at: when that or the last one began, by the monotonic clock.
        unsent: what is left of its request.
        is_proven: an exchange has ended well on it.
        reader: what has come of the answer.
    """

    __slots__ = ("began_at", "curl", "exchange", "fd", "is_proven", "reader", "unsent")

    def __init__(self, curl: pycurl.Curl) -> None:
        self.curl = curl
        self.fd = -1
        self.exchange: Exchange | None = None
        self.began_at = 0.0
        self.unsent = memoryview(b"")
        self.is_proven = False
        self.reader = AnswerReader()

    def begin(self, exchange: Exchange, now: float) -> None:
        """Take on an exchange; `write` sends its request."""
        self.exchange = exchange
        self.began_at = now
        self.unsent = memoryview(exchange.request)
        self.reader.await_next()

    def write(self) -> None:
        """Send as much of the request as the socket takes. Raises Broken."""
        try:
            while self.unsent:  # a view, as OpenSSL wants the same memory again where it was not ready for it
                self.unsent = self.unsent[self.curl.send(self.unsent) :]
        except BlockingIOError:
            return
        except pycurl.error as error:
            raise Broken(RESET) from error

    def read(self) -> Exchange | None:
        """Take what has come; return the exchange if that ends it. Raises Broken."""
        reader = self.reader
        try:
            while data := self.curl.recv(READ_BYTES):  # until it blocks: TLS may hold what epoll does not see
                if self.exchange is None:
                    raise Broken(UNASKED)
                reader.feed(data)
                if reader.status is not None:
                    return self._end(self.exchange)
        except BlockingIOError:
            return None
        except pycurl.error as error:
            raise Broken(RESET) from error
        raise Broken(RESET)

    def _end(self, exchange: Exchange) -> Exchange:
        exchange.status, exchange.body = self.reader.status, self.reader.body
        self.exchange = None
        self.is_proven = True
        return exchange
