"""Why a request got no answer: a few words for logs and metrics."""

TIMED_OUT = "timed out"
REFUSED = "connection refused"
RESET = "connection reset"
NOT_HTTP = "not HTTP"
TOO_LONG = "answer too long"
UNASKED = "an answer to no request"


class Broken(Exception):
    """Nothing more goes over the connection; the text is one of the above, or libcurl's."""
