"""Reads HTTP/1.1 answers off a kept-alive connection, by llhttp, Node's parser."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from shared.aws.failures import NOT_HTTP, TOO_LONG, Broken

BEGINNING_BYTES = 256  # of an error's body, enough to name it
LONGEST_ANSWER_BYTES = 1 << 20  # head and body; API Gateway's are below 1 kB
FIRST_FINAL_STATUS = 200  # 1xx only announces another answer, RFC 9110, section 15.2


class AnswerReader:
    """Reads one answer after the other.

    Attributes:
        status: of the answer; None until it is whole.
        body: its beginning.
        taken_bytes: how much of it has come.
        is_last: whether the connection is of no use for another request.
    """

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self.await_next()

    def await_next(self) -> None:
        """Forget the answer before."""
        self.status: int | None = None
        self.body = b""
        self.taken_bytes = 0
        self.is_last = False

    def feed(self, data: bytes) -> None:
        """Take what has come.

        Raises:
            Broken: it is not HTTP/1, or too long.
        """
        self.taken_bytes += len(data)
        if self.taken_bytes > LONGEST_ANSWER_BYTES:
            raise Broken(TOO_LONG)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if self.status is None:  # else it is what follows the answer, which then is the last
                raise Broken(NOT_HTTP) from error

    def on_message_begin(self) -> None:
        """Hear from the parser: what follows the answer would be taken for the one to the next request."""
        self.is_last = self.status is not None

    def on_body(self, part: bytes) -> None:
        """Hear from the parser."""
        if self.status is None:
            self.body += part[: BEGINNING_BYTES - len(self.body)]

    def on_message_complete(self) -> None:
        """Hear from the parser."""
        status = self._parser.get_status_code()
        if self.status is None and status >= FIRST_FINAL_STATUS:
            self.status = status
            self.is_last = not self._parser.should_keep_alive()
