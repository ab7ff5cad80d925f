"""Takes a wait out of MiniStack that AWS does not have. What it costs: docs/load-testing.md."""

from ministack.services import lambda_svc

# How long the SQS poller rests after a look that found nothing; 50 ms as shipped, and a message that is sent
# right after another one waits for all of it. AWS polls without a pause (long polling).
POLLER_REST_SECONDS = 0.005


def shorten_waits() -> None:
    """Set the emulator's wait.

    Raises:
        AttributeError: this MiniStack has no such wait any more.
    """
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS  # noqa: B018 - it is there
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = POLLER_REST_SECONDS
