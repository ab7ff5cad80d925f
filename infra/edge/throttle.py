"""API Gateway's throttle: a token bucket.

Source: API Gateway developer guide, "Protecting your WebSocket API".
"""


class TokenBucket:
    """`rate` tokens a second, at most `burst` at once; full at the start. Time is given in seconds."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Take one token; false if there is none left."""
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
