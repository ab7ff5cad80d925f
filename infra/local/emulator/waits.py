"""Takes two waits out of MiniStack that AWS does not have. What they cost: docs/load-testing.md."""

from ministack.core.lambda_runtime import Worker
from ministack.services import lambda_svc

# How long the SQS poller rests after a look that found nothing; 50 ms as shipped, and a message that is sent
# right after another one waits for all of it. AWS polls without a pause (long polling).
POLLER_REST_SECONDS = 0.005
# How long an invocation waits for the first line of its log, for further ones, and at most; 50, 5 and 250 ms
# as shipped. On AWS a log line holds up no answer.
LOG_WAIT_SECONDS = (0.005, 0.001, 0.25)


def shorten_waits() -> None:
    """Set the emulator's waits.

    Raises:
        AttributeError: this MiniStack has no such wait any more.
    """
    for holder, name in ((lambda_svc, "_ESM_IDLE_WAKE_GAP_SECONDS"), (Worker, "_drain_stderr_bounded")):
        getattr(holder, name)
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = POLLER_REST_SECONDS
    Worker._drain_stderr_bounded.__defaults__ = LOG_WAIT_SECONDS
