"""How many posts may be in flight and how many may begin a second, learned from what the far end answers.

Two things are learned, from different signs:

- *Congestion* is several different connections failing in a round. It halves what may be in flight (TCP's
  AIMD, RFC 5681), down to a floor. One connection that fails, fails alone.
- *Throttling* is 429 for a good share of the connections that had no trouble before: the account's limit, not
  a client's full buffer. It sets a rate, by what was accepted in the round, and a token bucket keeps to it.

What was learned fades. Only first tries prove something new, since a connection that failed before may well
fail again; but where the account is known to be throttled, every 429 counts. A connection that has just let a
post time out is remembered for a while, so that not every batch waits for it.
"""

import math

INITIAL = 16
FLOOR = 8  # below that one slow answer would hold up a room
ROUND_SECONDS = 0.1  # one burst of refusals is one sign of congestion, however many posts it hits
SEVERAL_FAILING = 3  # of different connections
SEVERAL_THROTTLED = 8
WIDESPREAD = 0.2  # of a round's first tries
OVER_THE_RATE, AT_THE_RATE = 0.15, 0.05  # of a round's answers, once there is a rate
FADE_SECONDS = 30.0
SILENT_SECONDS = 10.0
SILENT_REMEMBERED = 1_000
RATE_FLOOR = 50.0  # posts a second
RATE_CUT = 0.9
BURST_SECONDS = 0.05
# Of what a worker is allowed anyway: the time in which it takes and deletes jobs instead of posting.
ALLOWED_BURST_SECONDS = 0.2
SHORTEST_WAIT_SECONDS = 0.001
CATCHING_UP, PROBING = 1.5, 1.01  # a round: quickly to what is known to work, slowly beyond


class Pace:
    """What one worker may post. Keep it across invocations: what it learned holds for longer than one.

    Args:
        ceiling: the most that may be in flight.
        allowance: the most posts that may begin a second.
    """

    def __init__(self, ceiling: int, allowance: float = math.inf) -> None:
        self._ceiling = ceiling
        self._allowance = allowance
        self._limit = float(min(INITIAL, ceiling))
        self._threshold = float(ceiling)
        self._congested_at = -math.inf
        self._rate = self._known_rate = allowance
        self._throttled_at = -math.inf
        self._tokens = 0.0
        self._refilled_at = 0.0
        self._round_began: float | None = None
        self._accepted = 0
        self._first_tries = 0
        self._refused = 0
        self._throttled: set[str] = set()
        self._failing: set[str] = set()
        self._silent: dict[str, float] = {}

    @property
    def in_flight(self) -> int:
        """How many posts may be in flight now."""
        return int(self._limit)

    @property
    def rate(self) -> float:
        """How many posts may begin a second; what it is allowed, unless the far end has throttled."""
        return self._rate

    def is_throttled(self, now: float) -> bool:
        """Tell whether 429 now means the account's limit rather than one client's."""
        return now - self._throttled_at < 1.0

    def may_begin(self, now: float) -> float:
        """Return how many posts the rate allows at once."""
        if self._rate == math.inf:
            return math.inf
        seconds = ALLOWED_BURST_SECONDS if self._rate == self._allowance else BURST_SECONDS
        burst = max(1.0, self._rate * seconds)
        self._tokens = min(burst, self._tokens + (now - self._refilled_at) * self._rate)
        self._refilled_at = now
        return self._tokens

    def next_token_seconds(self) -> float:
        """Return how long the next post has to wait for the rate."""
        if self._rate == math.inf or self._tokens >= 1:
            return 0.0
        return max(SHORTEST_WAIT_SECONDS, (1 - self._tokens) / self._rate)

    def began(self, count: int) -> None:
        """Count posts that begin."""
        self._tokens -= count

    def accepted(self, now: float, count: int = 1, *, first_tries: int = 1) -> None:
        """Count posts that the far end took."""
        self._accepted += count
        self._first_tries += first_tries
        if self._limit < self._ceiling:
            step = count if self._limit < self._threshold else count / self._limit
            self._limit = min(self._limit + step, float(self._ceiling))
        self._end_round(now)

    def throttled(self, connection_id: str, now: float, *, first_try: bool) -> None:
        """Count one 429."""
        self._refused += 1
        self._first_tries += first_try
        if first_try or self._rate < self._allowance:
            self._throttled.add(connection_id)
        self._end_round(now)

    def failed(self, connection_id: str, now: float, *, first_try: bool) -> None:
        """Count one post that the far end broke off or answered with its own failure."""
        if first_try:
            self._first_tries += 1
            self._failing.add(connection_id)
        self._end_round(now)

    def timed_out(self, connection_id: str, now: float) -> None:
        """Take note of a connection that did not answer; it says nothing of others."""
        self._silent[connection_id] = now + SILENT_SECONDS
        if len(self._silent) > SILENT_REMEMBERED:
            self._silent = {name: until for name, until in self._silent.items() if until > now}

    def is_silent(self, connection_id: str, now: float) -> bool:
        """Tell whether a connection has let a post time out a moment ago."""
        return bool(self._silent) and self._silent.get(connection_id, now) > now

    def _end_round(self, now: float) -> None:
        if self._round_began is None:
            self._round_began = now
        if now - self._round_began < ROUND_SECONDS:
            return
        self._adjust_rate(now, min(now - self._round_began, 2 * ROUND_SECONDS))
        if self._is_widespread(self._failing, SEVERAL_FAILING):
            self._limit = self._threshold = max(min(float(FLOOR), float(self._ceiling)), self._limit / 2)
            self._congested_at = now
        elif now - self._congested_at >= FADE_SECONDS:
            self._threshold = float(self._ceiling)
        self._round_began = None
        self._accepted = self._first_tries = self._refused = 0
        self._throttled.clear()
        self._failing.clear()

    def _is_widespread(self, connections: set[str], several: int) -> bool:
        return len(connections) >= several and len(connections) >= WIDESPREAD * self._first_tries

    def _adjust_rate(self, now: float, seconds: float) -> None:
        if self._rate == self._allowance:
            if self._is_widespread(self._throttled, SEVERAL_THROTTLED):
                if self._rate == math.inf:
                    self._tokens, self._refilled_at = 0.0, now
                self._slow_down(now, self._accepted / seconds)
            return
        share = self._refused / max(1, self._refused + self._accepted)
        if share >= OVER_THE_RATE and len(self._throttled) >= SEVERAL_FAILING:
            self._slow_down(now, self._accepted / seconds)
        elif now - self._throttled_at >= FADE_SECONDS:
            self._rate = self._known_rate = self._allowance
        elif share < AT_THE_RATE:
            catching_up = min(self._rate * CATCHING_UP, self._known_rate * RATE_CUT)
            self._rate = min(self._allowance, max(catching_up, self._rate * PROBING))

    def _slow_down(self, now: float, taken: float) -> None:
        self._known_rate = max(RATE_FLOOR, taken)
        self._rate = max(RATE_FLOOR, RATE_CUT * min(self._rate, taken))
        self._throttled_at = now
