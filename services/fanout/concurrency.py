"""How many posts may be in flight: grown by success, halved by congestion (TCP's AIMD, RFC 5681)."""

INITIAL = 16
FLOOR = 1
ROUND_SECONDS = 0.1  # one burst of refusals is one sign of congestion, however many posts it hits


class AdaptiveLimit:
    """A limit between 1 and `ceiling` that seeks what the far end takes.

    It doubles every round trip until the first congestion, then grows by one a round trip. Congestion halves
    it, at most once a round. Keep it across invocations: what it learned holds for longer than one.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self._limit = float(min(INITIAL, ceiling))
        self._threshold = float(ceiling)
        self._halved_at = float("-inf")

    @property
    def current(self) -> int:
        """How many posts may be in flight now."""
        return int(self._limit)

    def succeeded(self) -> None:
        """Count one post that the far end took."""
        if self._limit < self._ceiling:
            step = 1.0 if self._limit < self._threshold else 1.0 / self._limit
            self._limit = min(self._limit + step, float(self._ceiling))

    def congested(self, now: float) -> None:
        """Count one post that the far end was too busy for; `now` in monotonic seconds."""
        if now - self._halved_at >= ROUND_SECONDS:
            self._limit = self._threshold = max(float(FLOOR), self._limit / 2)
            self._halved_at = now
